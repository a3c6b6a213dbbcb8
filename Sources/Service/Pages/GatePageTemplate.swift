enum GatePageTemplate {
  static let page = PageTemplate.parsed(source)

  private static let source = """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>{{sign}} {{title}} · merge gate</title>
    <style>
    :root { color-scheme: light dark; --line: #8883; --quiet: #777;
      --good: #1a7f37; --bad: #cf222e; --waiting: #9a6700; }
    @media (prefers-color-scheme: dark) {
      :root { --quiet: #999; --good: #3fb950; --bad: #f85149; --waiting: #d29922; } }
    body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 3rem auto; padding: 0 1rem; }
    h1 { font-size: 1.1rem; font-weight: 600; margin: 0; color: var(--quiet); }
    .verdict { font-size: 1.8rem; font-weight: 600; margin: .2rem 0; }
    .good { color: var(--good); } .bad { color: var(--bad); } .waiting { color: var(--waiting); }
    a { color: inherit; } .quiet, footer, dt { color: var(--quiet); }
    table { border-collapse: collapse; width: 100%; margin: 1.5rem 0; }
    th { text-align: left; font-weight: 500; color: var(--quiet); font-size: .85rem; }
    td, th { padding: .45rem .8rem .45rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
    td:last-child, th:last-child { text-align: right; padding-right: 0; } code { font-size: .9em; overflow-wrap: anywhere; }
    dl { display: grid; grid-template-columns: 7rem 1fr; gap: .2rem 1rem; margin: 0; }
    dd { margin: 0; } footer { margin-top: 2rem; font-size: .85rem; }
    </style>
    </head>
    <body>
    <h1>Merge gate · {{title}}</h1>
    <p class="verdict {{tone}}">{{sign}} {{headline}}</p>
    <p>{{summary}}</p>
    <table>
    <thead><tr><th>Check</th><th>Result</th><th></th><th>Entries</th></tr></thead>
    <tbody>
    {{#checks}}
    <tr><td>{{name}} <span class="quiet">{{role}}</span></td>
    <td class="{{tone}}">{{sign}} {{word}}</td><td class="quiet">{{confirmed}}</td><td>{{#entries}}<a href="/ledger/entries/{{.}}">#{{.}}</a> {{/entries}}</td></tr>
    {{/checks}}
    </tbody>
    </table>
    {{#label}}<p class="quiet">{{.}}</p>{{/label}}
    <dl>
    <dt>Commit</dt><dd><code>{{sha}}</code></dd>
    {{#override}}<dt>Override</dt><dd>#{{entry}}: {{reason}} <span class="quiet">until {{expires_at}}</span></dd>{{/override}}
    {{#merged_at}}<dt>Merged</dt><dd>{{.}}</dd>{{/merged_at}}
    {{#decided_at}}<dt>Decided</dt><dd>{{.}}</dd>{{/decided_at}}
    {{#entry}}<dt>Entry</dt><dd><a href="/ledger/entries/{{.}}">#{{.}}</a></dd>{{/entry}}
    {{#policy}}<dt>Policy</dt><dd><code>{{.}}</code></dd>{{/policy}}
    </dl>
    <footer>As of {{as_of}}. Each entry is a line of the ledger that cannot be changed unnoticed:
    <code>ledger show N</code> prints it, <code>ledger verify</code> checks them all.</footer>
    </body>
    </html>
    """
}
