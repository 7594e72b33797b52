package io.tidegate.fanout;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidegate.contract.tls.Handshakes;
import io.tidegate.contract.tls.WatchedTls;

/** How the TLS of the HTTP port fares. */
final class TlsGauges {
  private TlsGauges() {}

  static void show(WatchedTls tls, MeterRegistry registry) {
    Gauge.builder(
            "tidegate.fanout.tls.certificate.expiry.seconds",
            tls,
            shown -> shown.expires().getEpochSecond())
        .description("When the certificate that is shown expires, since 1970")
        .register(registry);
    FunctionCounter.builder("tidegate.fanout.tls.reloads", tls, WatchedTls::reloads)
        .description("Times that changed TLS files came into use")
        .register(registry);
    FunctionCounter.builder("tidegate.fanout.tls.reloads.refused", tls, WatchedTls::refusals)
        .description("Changed TLS files that were no good")
        .register(registry);
    FunctionCounter.builder(
            "tidegate.fanout.tls.handshakes.failed", tls.handshakes(), Handshakes::failed)
        .description("TLS handshakes that were refused by either side, too slow, or too many")
        .register(registry);
  }
}
