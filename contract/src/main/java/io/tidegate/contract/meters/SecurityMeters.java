package io.tidegate.contract.meters;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidegate.contract.auth.CallerTokens;
import io.tidegate.contract.tls.Handshakes;
import io.tidegate.contract.tls.WatchedTls;
import io.tidegate.contract.token.FreshKeys;
import io.tidegate.contract.token.TokenFault;

/**
 * Shows how the certificates and the tokens of a service fare. What is shown is to be held by
 * others as long as the registry.
 *
 * @param prefix of the names, such as {@code tidegate.ingest.}
 */
public record SecurityMeters(MeterRegistry registry, String prefix) {
  /** The certificate that is shown. */
  public void certificate(WatchedTls tls) {
    Gauge.builder(
            prefix + "tls.certificate.expiry.seconds",
            tls,
            shown -> shown.expires().getEpochSecond())
        .description("When the certificate that is shown expires, since 1970")
        .register(registry);
    FunctionCounter.builder(prefix + "tls.reloads", tls, WatchedTls::reloads)
        .description("Times that changed TLS files came into use")
        .register(registry);
    FunctionCounter.builder(prefix + "tls.reloads.refused", tls, WatchedTls::refusals)
        .description("Changed TLS files that were no good, and looks at them that failed")
        .register(registry);
  }

  public void handshakes(Handshakes handshakes) {
    FunctionCounter.builder(prefix + "tls.handshakes.failed", handshakes, Handshakes::failed)
        .description("TLS handshakes that were refused by either side, too slow, or too many")
        .register(registry);
  }

  /** The public keys of tokens. */
  public void keys(FreshKeys keys) {
    Gauge.builder(prefix + "token.keys", keys, known -> known.keys().size())
        .description("Keys that tokens are checked with")
        .register(registry);
    FunctionCounter.builder(prefix + "token.key.reads", keys, FreshKeys::fetches)
        .description("How often they were read")
        .register(registry);
    FunctionCounter.builder(prefix + "token.key.failures", keys, FreshKeys::failures)
        .description("How often they could not be read")
        .register(registry);
  }

  /** The tokens of callers. */
  public void tokens(CallerTokens tokens) {
    FunctionCounter.builder(prefix + "tokens.checked", tokens, CallerTokens::checked)
        .description("Tokens that were not known as good ones, so that they were checked")
        .register(registry);
    for (TokenFault fault : TokenFault.values()) {
      FunctionCounter.builder(prefix + "tokens.refused", tokens, all -> all.refused(fault))
          .description("Tokens that were not taken")
          .tag("reason", fault.label())
          .register(registry);
    }
  }
}
