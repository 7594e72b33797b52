package io.tidegate.loadtest.report;

/** The looks of a page: light or dark as the reader's system is, one or two plots in a row. */
final class PageStyle {
  /** Nothing is loaded and nothing runs, whatever a text that was let through should say. */
  static final String POLICY = "default-src 'none'; style-src 'unsafe-inline'";

  static final String CSS =
      """
      :root{color-scheme:light dark;--ink:#1b2330;--faint:#5b6675;--rule:#d9dee5;--page:#fff;\
      --panel:#f6f8fa;--good:#11713f;--bad:#b42318;--warn:#8a5a00;--warnpage:#fff6df;\
      --c0:#2563eb;--c1:#d9480f;--c2:#0b8457;--c3:#8b3fc9;--c4:#a87900;--c5:#c2255c;\
      --c6:#0e7f95;--c7:#5b6675}
      @media (prefers-color-scheme:dark){:root{--ink:#e4e8ee;--faint:#9aa5b4;--rule:#333c49;\
      --page:#12161c;--panel:#1a2029;--good:#5fd08f;--bad:#ff8a7d;--warn:#f0c35a;\
      --warnpage:#2b2412;--c0:#74a5ff;--c1:#ff9a5c;--c2:#4fd09a;--c3:#c79bf2;--c4:#e3bd4f;\
      --c5:#ff8db4;--c6:#5cc8dd;--c7:#9aa5b4}}
      *{box-sizing:border-box}
      body{margin:0 auto;padding:1.5rem 1rem 4rem;max-width:76rem;background:var(--page);\
      color:var(--ink);font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
      h1{font-size:1.6rem;line-height:1.25;margin:0}
      h2{font-size:1.15rem;margin:2.5rem 0 .75rem;padding-top:.75rem;\
      border-top:1px solid var(--rule)}
      p{margin:.4rem 0}
      .faint{color:var(--faint)}
      .verdict{font-weight:600;font-size:1.1rem;margin:.75rem 0}
      .pass{color:var(--good)}.fail{color:var(--bad)}
      .warn{border-left:4px solid var(--warn);background:var(--warnpage);padding:.5rem .8rem;\
      margin:.6rem 0}
      .grid{display:grid;gap:1.5rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,33rem),1fr))}
      .tables{display:grid;gap:1.5rem 3rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,22rem),1fr));\
      align-items:start}
      .wide{overflow-x:auto;margin-bottom:1rem}
      table{border-collapse:collapse;font-size:.875rem;font-variant-numeric:tabular-nums;\
      overflow-wrap:normal}
      caption{text-align:left;font-weight:600;padding:.25rem 0}
      th,td{padding:.2rem .9rem .2rem 0;text-align:right;white-space:nowrap;\
      border-bottom:1px solid var(--rule)}
      th{font-weight:400;color:var(--faint)}
      th:first-child{text-align:left;color:var(--ink)}
      td.bar{width:40%;min-width:6rem;padding-right:0}
      td.bar i{display:block;height:.8rem;background:var(--c0);min-width:1px}
      .words td,.words th{text-align:left;white-space:normal}
      figure{margin:0;padding:.75rem;background:var(--panel);border-radius:6px;\
      container-type:inline-size;min-width:0}
      figcaption{font-weight:600}
      .legend{list-style:none;margin:.2rem 0 .3rem;padding:0;display:flex;flex-wrap:wrap;\
      gap:.1rem 1rem;font-size:.85rem}
      .legend li::before{content:"";display:inline-block;width:1.4em;margin-right:.4em;\
      vertical-align:.25em;border-top:3px solid var(--k)}
      .legend [class^=f]::before{border-top-width:.7em;opacity:.4;vertical-align:-.05em}
      svg{display:block;width:100%;height:auto}
      svg text{font-size:26px;fill:var(--faint)}
      .e{text-anchor:end}.c{text-anchor:middle}
      .g,.l,.a,.m path{vector-effect:non-scaling-stroke;fill:none;stroke:var(--rule)}
      .l{stroke-width:1.6;stroke-linejoin:round;stroke-linecap:round}
      .a{stroke:none;opacity:.3}
      .m path{stroke:var(--faint);stroke-dasharray:4 3}
      @container (max-width:640px){svg text{font-size:34px}.m text{font-size:26px}}
      @container (max-width:430px){svg text{font-size:44px}.o,.m text{display:none}}
      details{margin-top:.4rem;font-size:.9rem}
      summary{cursor:pointer;color:var(--faint)}
      pre{background:var(--panel);padding:.75rem;overflow:auto;max-height:30rem;\
      font:.85rem/1.45 ui-monospace,monospace;border-radius:6px}
      @media (max-width:600px){table{font-size:.78rem}th,td{padding-right:.5rem}}
      @media print{details{display:none}figure{break-inside:avoid}}
      """
          + colours();

  /** For one plot in a file of its own, on white. */
  static final String SVG =
      """
      :root{--faint:#5b6675;--rule:#d9dee5;--c0:#2563eb;--c1:#d9480f;--c2:#0b8457;--c3:#8b3fc9;\
      --c4:#a87900;--c5:#c2255c;--c6:#0e7f95;--c7:#5b6675}
      text{font:26px system-ui,sans-serif;fill:var(--faint)}
      .e{text-anchor:end}.c{text-anchor:middle}
      .g,.l,.a,.m path{fill:none;stroke:var(--rule);stroke-width:2}
      .l{stroke-width:4;stroke-linejoin:round;stroke-linecap:round}
      .a{stroke:none;opacity:.3}.w{stroke-width:18;opacity:.3;stroke-linecap:butt}
      .m path{stroke:var(--faint);stroke-dasharray:8 6}
      """
          + colours();

  private PageStyle() {}

  private static String colours() {
    StringBuilder css = new StringBuilder();
    for (int i = 0; i < Plot.COLOURS; i++) {
      css.append(".l%1$d{stroke:var(--c%1$d)}.a%1$d{fill:var(--c%1$d)}".formatted(i));
      css.append(".k%1$d,.f%1$d{--k:var(--c%1$d)}%n".formatted(i));
    }
    return css.toString();
  }
}
