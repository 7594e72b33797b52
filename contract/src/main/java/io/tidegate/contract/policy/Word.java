package io.tidegate.contract.policy;

/** A constant that has a word in JSON. */
interface Word {
  String word();
}
