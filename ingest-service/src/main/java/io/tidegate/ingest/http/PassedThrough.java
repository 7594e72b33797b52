package io.tidegate.ingest.http;

import io.helidon.http.Headers;
import io.helidon.http.encoding.ContentDecoder;
import io.helidon.http.encoding.ContentEncoder;
import io.helidon.http.encoding.ContentEncodingContext;
import io.helidon.http.encoding.ContentEncodingContextConfig;

/**
 * Bodies as they are on the wire: {@link Encoding} unpacks them. Helidon's own way has no bound,
 * and answers 400 where RFC 9110 wants 415.
 */
final class PassedThrough implements ContentEncodingContext {
  private final ContentEncodingContext none =
      ContentEncodingContext.builder().contentEncodingsDiscoverServices(false).build();

  @Override
  public boolean contentDecodingEnabled() {
    return true;
  }

  @Override
  public boolean contentDecodingSupported(String encoding) {
    return true;
  }

  @Override
  public ContentDecoder decoder(String encoding) {
    return ContentDecoder.NO_OP;
  }

  @Override
  public boolean contentEncodingEnabled() {
    return none.contentEncodingEnabled();
  }

  @Override
  public boolean contentEncodingSupported(String encoding) {
    return none.contentEncodingSupported(encoding);
  }

  @Override
  public ContentEncoder encoder(String encoding) {
    return none.encoder(encoding);
  }

  @Override
  public ContentEncoder encoder(Headers headers) {
    return none.encoder(headers);
  }

  @Override
  public ContentEncodingContextConfig prototype() {
    return none.prototype();
  }
}
