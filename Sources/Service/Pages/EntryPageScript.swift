/// What the page of an entry checks in the browser. It uses WebCrypto alone and trusts nothing of
/// the page but the bytes that it hashes itself.
enum EntryPageScript {
  static let source = [EntryPageProof.source, EntryPageMemory.source, page]
    .joined(separator: "\n\n")

  private static let page = #"""
    // What people read is what is hashed.
    function compare(entry) {
      for (const shown of document.querySelectorAll('[data-member]')) {
        const [name, text] = [shown.dataset.member, shown.textContent.trim()];
        const real = entry[name];
        let read = text;
        if (real === null) read = text === '–' ? null : text;
        else if (typeof real === 'object') try { read = JSON.parse(text); } catch { read = null; }
        if (JSON.stringify(read) !== JSON.stringify(real)) {
          step('✗', `what is shown as ${name} is not in the entry's bytes`);
        }
      }
      step('✓', "what is shown is in the entry's bytes");
    }

    async function check(data, asked, seen) {
      const [index, raw] = [Number(data.index), bytes(data.bytes)];
      demand(location.pathname.endsWith('/' + index), `entry ${index}`, `this is entry ${index}`);
      compare(parse(raw));
      const leaf = await sha256([0], raw);
      demand(get('leaf').textContent === hex(leaf),
        `leaf: SHA-256 of a zero and the entry's ${raw.length} bytes is ${hex(leaf)}`,
        `leaf: the entry's bytes hash to ${hex(leaf)}`);
      const vkey = asked || seen.vkey || data.vkey;
      get('vkey').value = vkey;
      if (!asked && !seen.vkey) {
        step('?', 'key: seen for the first time, and shown by this server itself; compare it');
      } else if (seen.vkey && vkey !== seen.vkey) {
        step('?', `key: given instead of the one that this browser believed: ${seen.vkey}`);
      }
      const { key, heads } = await follow(vkey, JSON.parse(data.rotations || '[]'));
      if (key.vkey !== data.vkey) step('?', `key: this server shows another one: ${data.vkey}`);
      const head = await readNote(data.note, key);
      demand(isPlace(index, head.size), `place: the checkpoint covers entry ${index}`,
        `place: the log has no entry ${index}`);
      const tell = (text) => step('·', text);
      const root = await climb(leaf, index, head.size, hashes(data.hashes), tell);
      demand(root !== null && same(root, head.root),
        `root: ${hex(head.root)}, as in the checkpoint`,
        'root: the path does not lead to the root of the checkpoint');
      await leads(heads, head);
      await hold(seen.head, head, hashes(data.consistency));
      if (![head, ...heads].every(({ isSigned }) => isSigned)) return false;
      get('vkey').value = key.vkey;
      memory.keep(key.vkey, head, seen);
      return true;
    }

    // A log that was signed stays so: who leaves the checkpoint out hides what it would show.
    function unsigned(seen) {
      if (seen.head === null) return ['?', 'The log is not signed'];
      throw new Broken('the log was signed when this browser looked last');
    }

    // The same page again: with a token, and with proofs that lead here from what is known.
    async function load(asked, seen) {
      const token = sessionStorage.getItem('ledger.token');
      const isLocked = document.querySelector('main').dataset.bytes === undefined;
      const known = new URLSearchParams();
      if (seen.head !== null) known.set('seen', seen.head.size);
      if (asked || seen.vkey) known.set('key', asked || seen.vkey);
      const query = known.toString();
      if (isLocked ? token === null : query === '') return;
      const headers = { Accept: 'text/html' };
      if (token !== null) headers.Authorization = 'Bearer ' + token;
      const target = location.pathname + (query && '?' + query);
      const answer = await fetch(target, { headers, cache: 'no-store' });
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const main = page.querySelector('main');
      if (main !== null) document.querySelector('main').replaceWith(document.adoptNode(main));
    }

    // A key that somebody gives is believed for this once: it is kept when everything holds.
    function listen() {
      const on = (id, name, act) => {
        if (get(id) !== null) get(id)[name] = (event) => { event.preventDefault(); act(); };
      };
      on('unlock', 'onsubmit', () => {
        sessionStorage.setItem('ledger.token', get('token').value.trim());
        location.reload();
      });
      on('trust', 'onsubmit', () => run(get('vkey').value.trim()));
      on('forget', 'onclick', () => {
        memory.forget();
        location.reload();
      });
    }

    async function run(asked) {
      let [sign, text] = ['✗', ''];
      try {
        const seen = memory.read();
        await load(asked, seen);
        const data = document.querySelector('main').dataset;
        if (data.bytes === undefined) return listen();
        if (!data.note) [sign, text] = unsigned(seen);
        else if (!crypto.subtle) {
          [sign, text] = ['?', 'Not checked: the browser does that over https alone'];
        } else if (await check(data, asked, seen)) {
          [sign, text] = ['✓', 'This entry is in the log that the key signed'];
        } else [sign, text] = ['?', 'The hashes agree; the signature was not checked'];
      } catch (error) {
        text = 'DO NOT BELIEVE THIS ENTRY: ' +
          (error instanceof Broken ? error.message : String(error));
      }
      const verdict = get('verdict');
      verdict.textContent = `${sign} ${text}`;
      verdict.className = 'verdict ' + { '✓': 'good', '✗': 'bad', '?': 'waiting' }[sign];
      listen();
    }
    run();
    """#
}
