package io.tidegate.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the kernel keeps, of the whole machine: both ends of each connection.
 *
 * @param slabs bytes of objects, sockets and files among them
 * @param buffers bytes of what waits in TCP sockets
 */
record KernelMemory(long slabs, long buffers) {
  private static final Pattern SLAB = Pattern.compile("Slab:\\s+(\\d+) kB");
  private static final Pattern TCP = Pattern.compile("TCP: .* mem (\\d+)");
  private static final long PAGE_BYTES = 4096;

  static KernelMemory now() throws IOException {
    return of(
        Files.readString(Path.of("/proc/meminfo")),
        Files.readString(Path.of("/proc/net/sockstat")));
  }

  static KernelMemory of(String meminfo, String sockstat) {
    return new KernelMemory(
        number(SLAB.matcher(meminfo)) * 1024, number(TCP.matcher(sockstat)) * PAGE_BYTES);
  }

  KernelMemory since(KernelMemory before) {
    return new KernelMemory(slabs - before.slabs, buffers - before.buffers);
  }

  private static long number(Matcher matcher) {
    if (!matcher.find()) {
      throw new IllegalStateException("no " + matcher.pattern());
    }
    return Long.parseLong(matcher.group(1));
  }
}
