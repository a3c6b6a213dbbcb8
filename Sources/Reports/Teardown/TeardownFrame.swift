/// What is around every page: its head and its style.
extension TeardownPage {
  static func frame(title: String, _ body: String) -> String {
    """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
    <title>\(title)</title>
    <style>
    \(style)
    </style>
    </head>
    <body>
    <main>
    \(body)</main>
    </body>
    </html>

    """
  }

  private static let style = """
    :root { color-scheme: light dark; --line: #d0d7de; --quiet: #57606a; --bad: #b42318;
      --warn: #8a5a00; --good: #1a7f37; --back: #f6f8fa; }
    @media (prefers-color-scheme: dark) { :root { --line: #3d444d; --quiet: #9198a1;
      --bad: #ff7b72; --warn: #d29922; --good: #3fb950; --back: #161b22; } }
    body { font: 15px/1.5 system-ui, sans-serif; margin: 0; }
    main { max-width: 76rem; margin: 0 auto; padding: 2rem 1.25rem; }
    h1 { margin: 0 0 .25rem; font-size: 1.7rem; }
    h2 { margin: 2rem 0 .5rem; font-size: 1.15rem; }
    h2 span { color: var(--quiet); font-weight: normal; }
    .verdict { margin: 0; padding: .5rem .75rem; border-left: .35rem solid; font-weight: 600; }
    .clean, h2.gone { color: var(--good); }
    .verdict.left, h2.left { color: var(--bad); }
    .verdict.unknown, h2.unknown, h2.unexplained { color: var(--warn); }
    .basis, small { color: var(--quiet); }
    .note { border-left: .35rem solid var(--warn); padding-left: .75rem; }
    table { border-collapse: collapse; width: 100%; font-size: .9em; }
    th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0;
      border-bottom: 1px solid var(--line); overflow-wrap: break-word; }
    thead th { color: var(--quiet); font-weight: 600; }
    .facts th { width: 14rem; font-weight: 600; }
    .rows { table-layout: fixed; }
    .rows th:nth-child(1) { width: 16%; } .rows th:nth-child(2) { width: 18%; }
    .rows th:nth-child(3) { width: 21%; } .rows th:nth-child(4) { width: 20%; }
    pre { background: var(--back); padding: .75rem; overflow-x: auto; white-space: pre-wrap;
      overflow-wrap: anywhere; font-size: .85em; }
    @media (max-width: 40rem) { thead { display: none; } tr, td, th { display: block;
      border: 0; padding: .1rem 0; } tr { border-bottom: 1px solid var(--line);
      padding: .4rem 0; } .facts th { width: auto; } }
    @page { size: A4; margin: 14mm 12mm; }
    @media print { :root { color-scheme: light; --line: #bbb; --quiet: #444; --bad: #8c1d18;
      --warn: #6b4600; --good: #116329; --back: #f4f4f4; }
      body { font-size: 9.5pt; } main { max-width: none; padding: 0; }
      h1 { font-size: 16pt; } h2 { margin-top: 1.2rem; } .facts th { width: 11rem; }
      thead { display: table-header-group; } tr, pre { break-inside: avoid; }
      h2 { break-after: avoid; } }
    """
}
