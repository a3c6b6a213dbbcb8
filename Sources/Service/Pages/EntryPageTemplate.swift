enum EntryPageTemplate {
  static let page = PageTemplate.parsed(source)
  /// What a browser without a token sees.
  static let locked = PageTemplate.parsed(lockedSource)

  private static let source =
    head + """
      <main data-index="{{index}}" data-bytes="{{bytes}}" data-hashes="{{hashes}}"
        data-note="{{note}}" data-vkey="{{vkey}}" data-consistency="{{consistency}}"
        data-rotations="{{rotations}}">
      <h1>Entry #{{index}}{{#size}} of {{.}}{{/size}}</h1>
      <p class="kind" data-member="kind">{{kind}}</p>
      {{#note}}
      <p class="verdict waiting" id="verdict" role="status">● Checking…</p>
      <noscript><p>Without JavaScript nothing is checked here.</p></noscript>
      <ol id="steps" aria-label="What was checked"></ol>
      <form id="trust">
      <label for="vkey">The log's key. Compare it with one that you got elsewhere, or paste that.</label>
      <input id="vkey" value="{{vkey}}" spellcheck="false" autocomplete="off">
      <button>Check with this key</button> <button type="button" id="forget">Forget what was seen</button>
      </form>
      {{/note}}
      {{^note}}
      <p class="verdict waiting" id="verdict" role="status">? {{unsigned}}</p>
      <button type="button" id="forget">Forget what was seen</button>
      {{/note}}
      <h2>What it says</h2>
      <dl>
      <dt>Happened</dt><dd data-member="at">{{at}}</dd>
      <dt>Received</dt><dd data-member="received">{{received}}</dd>
      <dt>Source</dt><dd><code data-member="source">{{source}}</code></dd>
      <dt>Evidence</dt><dd><code data-member="evidence">{{evidence}}</code></dd>
      <dt>Leaf</dt><dd><code id="leaf">{{leaf}}</code></dd>
      </dl>
      <pre tabindex="0" data-member="data">{{data}}</pre>
      <nav>{{#previous}}<a href="{{.}}">← #{{.}}</a>{{/previous}}
      {{#next}}<a href="{{.}}">#{{.}} →</a>{{/next}}</nav>
      <footer>This page was made by the server that it checks. Who does not trust it takes
      <code>ledger prove {{index}} --entry FILE</code>, and <code>ledger prove --check</code> or another
      tool for C2SP's tlog-proof on another machine.</footer>
      </main>
      </body>
      </html>
      """

  private static let lockedSource =
    head + """
      <main>
      <h1>Entry</h1>
      <p class="verdict waiting" id="verdict" role="status">● {{reason}}</p>
      <form id="unlock">
      <label for="token">API token, kept until this tab is closed</label>
      <input id="token" type="password" autocomplete="off">
      <button>Show the entry</button>
      </form>
      </main>
      </body>
      </html>
      """

  private static let head = """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>{{#index}}#{{.}} · {{/index}}ledger</title>
    <style>
    :root { color-scheme: light dark; --line: #8883; --quiet: #666; --box: #8881;
      --good: #1a7f37; --bad: #cf222e; --waiting: #9a6700; }
    @media (prefers-color-scheme: dark) {
      :root { --quiet: #999; --good: #3fb950; --bad: #f85149; --waiting: #d29922; } }
    body { font: 16px/1.5 system-ui, sans-serif; max-width: 52rem; margin: 3rem auto;
      padding: 0 1rem; overflow-wrap: anywhere; }
    h1, h2 { font-size: 1.1rem; font-weight: 600; margin: 0; color: var(--quiet); }
    h2 { margin: 2rem 0 .5rem; } .kind { font-size: 1.4rem; margin: 0; }
    .verdict { font-size: 1.6rem; font-weight: 600; margin: .6rem 0; line-height: 1.3; }
    .good { color: var(--good); } .bad { color: var(--bad); } .waiting { color: var(--waiting); }
    .quiet, footer, dt, label { color: var(--quiet); }
    ol { list-style: none; padding: 0; font-size: .9rem; } li.quiet { padding-left: 1.2rem; }
    dl { display: grid; grid-template-columns: 6rem 1fr; gap: .2rem 1rem; margin: 0; }
    dd { margin: 0; } code, pre { font-size: .85rem; }
    pre { background: var(--box); padding: .8rem; border-radius: .4rem; overflow-x: auto;
      white-space: pre-wrap; }
    label { display: block; font-size: .85rem; }
    input { width: 100%; box-sizing: border-box; font: .85rem monospace; padding: .4rem;
      margin: .3rem 0; } button { font: inherit; font-size: .85rem; padding: .3rem .7rem; }
    a { color: inherit; } nav { display: flex; justify-content: space-between; margin: 1rem 0; }
    footer { margin-top: 2rem; font-size: .85rem; }
    </style>
    <script src="/ledger/verify.js" defer></script>
    </head>
    <body>

    """
}
