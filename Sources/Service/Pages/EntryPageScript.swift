/// What the page of an entry checks in the browser: RFC 6962's hashes, C2SP's signed note. It uses
/// WebCrypto alone and trusts nothing of the page but the bytes that it hashes itself.
enum EntryPageScript {
  static let source = #"""
    'use strict';
    const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    const utf8 = (text) => new TextEncoder().encode(text);
    const hex = (array) => Array.from(array, (b) => b.toString(16).padStart(2, '0')).join('');
    const base64 = (array) => btoa(String.fromCharCode(...array));
    const same = (a, b) => hex(a) === hex(b);
    const join = (...parts) => Uint8Array.from(parts.flatMap((part) => Array.from(part)));
    const sha256 = async (...parts) =>
      new Uint8Array(await crypto.subtle.digest('SHA-256', join(...parts)));
    const node = (left, right) => sha256([1], left, right);
    const odd = (n) => n % 2 === 1;
    const half = (n) => Math.floor(n / 2);
    const words = (text) => text.split(' ').filter((word) => word !== '');
    const get = (id) => document.getElementById(id);
    class Broken extends Error {}

    function step(sign, text) {
      const line = document.createElement('li');
      line.className = { '✓': 'good', '✗': 'bad', '?': 'waiting' }[sign] || 'quiet';
      line.textContent = sign + ' ' + text;
      get('steps').append(line);
      if (sign === '✗') throw new Broken(text);
    }
    const demand = (holds, good, bad) => step(holds ? '✓' : '✗', holds ? good : bad);

    // RFC 9162, 2.1.3.2, with every hash shown.
    async function climb(hash, index, size, path) {
      let [at, last] = [index, size - 1];
      for (const next of path) {
        if (last === 0) return null;
        const isLeft = odd(at) || at === last;
        hash = isLeft ? await node(next, hash) : await node(hash, next);
        step('·', `with ${hex(next).slice(0, 16)}… on the ${isLeft ? 'left' : 'right'}: ` +
          `${hex(hash).slice(0, 16)}…`);
        if (isLeft) while (!odd(at) && at !== 0) [at, last] = [half(at), half(last)];
        [at, last] = [half(at), half(last)];
      }
      return last === 0 ? hash : null;
    }

    // RFC 9162, 2.1.4.2: does the tree with `size` entries only add to the one with `old`?
    async function grew(old, oldRoot, size, root, path) {
      if (old === size) return path.length === 0 && same(oldRoot, root);
      if (old > size || path.length === 0) return false;
      const hashes = Number.isInteger(Math.log2(old)) ? [oldRoot, ...path] : path;
      let [at, last, a, b] = [old - 1, size - 1, hashes[0], hashes[0]];
      while (odd(at)) [at, last] = [half(at), half(last)];
      for (const next of hashes.slice(1)) {
        if (last === 0) return false;
        if (odd(at) || at === last) {
          [a, b] = [await node(next, a), await node(next, b)];
          while (!odd(at) && at !== 0) [at, last] = [half(at), half(last)];
        } else b = await node(b, next);
        [at, last] = [half(at), half(last)];
      }
      return last === 0 && same(a, oldRoot) && same(b, root);
    }

    async function readKey(vkey) {
      const [, name, id, key] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(vkey) || [];
      const raw = key === undefined ? [] : bytes(key);
      const own = name && hex((await sha256(utf8(name + '\n'), raw)).slice(0, 4));
      demand(raw.length === 33 && raw[0] === 1 && own === id,
        `key ${vkey}: its id is the hash of its name and key`, `key ${vkey}: this is no key`);
      return { name, id, raw: raw.slice(1) };
    }

    async function isSigned(text, signature, key) {
      let imported;
      try {
        imported = await crypto.subtle.importKey('raw', key, { name: 'Ed25519' }, false, ['verify']);
      } catch { return null; }
      return crypto.subtle.verify({ name: 'Ed25519' }, imported, signature, utf8(text));
    }

    // A checkpoint (C2SP tlog-checkpoint): origin, size, root; an empty line; signatures.
    async function readNote(note, key) {
      const split = note.lastIndexOf('\n\n') + 1;
      const [text, lines] = [note.slice(0, split), note.slice(split + 1).split('\n')];
      const [origin, size, root] = text.split('\n');
      const [signature, isOther] = lines.map((line) => line.split(' '))
        .filter(([dash, name]) => dash === '—' && name === key.name)
        .map((parts) => bytes(parts[2]))
        .filter((raw) => hex(raw.slice(0, 4)) === key.id);
      demand(origin === key.name && signature !== undefined && isOther === undefined,
        `checkpoint of ${origin}: ${size} entries`, `checkpoint of ${origin}: not signed by the key`);
      const holds = await isSigned(text, signature.slice(4), key.raw);
      if (holds === null) step('?', 'signature: this browser cannot check Ed25519');
      else demand(holds, 'signature: the key made it', 'signature: the key did not make it');
      return { size: Number(size), root: bytes(root), isSigned: holds === true };
    }

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

    async function check(data) {
      const [index, raw] = [Number(data.index), bytes(data.bytes)];
      demand(location.pathname.endsWith('/' + index), `entry ${index}`, `this is entry ${index}`);
      compare(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(raw)));
      const leaf = await sha256([0], raw);
      demand(get('leaf').textContent === hex(leaf),
        `leaf: SHA-256 of a zero and the entry's ${raw.length} bytes is ${hex(leaf)}`,
        `leaf: the entry's bytes hash to ${hex(leaf)}`);
      const known = localStorage.getItem('ledger.vkey');
      const vkey = known || data.vkey;
      get('vkey').value = vkey;
      if (!known) step('?', 'key: seen for the first time, and shown by this server itself; compare it');
      else if (known !== data.vkey) step('?', `key: this server now shows another one: ${data.vkey}`);
      const head = await readNote(data.note, await readKey(vkey));
      // RFC 9162, 2.1.3.2, step 1: from a place behind the tree a path may lead to its root, too.
      demand(Number.isInteger(index) && index >= 0 && index < head.size,
        `place: the checkpoint covers entry ${index}`, `place: the log has no entry ${index}`);
      const root = await climb(leaf, index, head.size, words(data.hashes).map(bytes));
      demand(root !== null && same(root, head.root), `root: ${hex(head.root)}, as in the checkpoint`,
        'root: the path does not lead to the root of the checkpoint');
      const old = JSON.parse(localStorage.getItem('ledger.head') || 'null');
      if (old !== null && old.vkey === vkey) {
        const [size, seen] = [old.size, bytes(old.root)];
        demand(size <= head.size, `history: there were ${size} entries when this browser looked last`,
          `history: there were ${size} entries when this browser looked last: ${size - head.size} ` +
          'of them are cut off');
        demand(await grew(size, seen, head.size, head.root, words(data.consistency).map(bytes)),
          'history: nothing of them was changed', 'history: something of them was changed');
      }
      if (!head.isSigned) return false;
      localStorage.setItem('ledger.vkey', vkey);
      localStorage.setItem('ledger.head',
        JSON.stringify({ vkey, size: head.size, root: base64(head.root) }));
      return true;
    }

    // A log that was signed stays so: who leaves the checkpoint out hides what it would show.
    function unsigned() {
      if (localStorage.getItem('ledger.head') === null) return ['?', 'The log is not signed'];
      throw new Broken('the log was signed when this browser looked last');
    }

    // The same page again: with a token, and with a proof that leads here from what was seen.
    async function load() {
      const token = sessionStorage.getItem('ledger.token');
      const old = JSON.parse(localStorage.getItem('ledger.head') || 'null');
      const isLocked = document.querySelector('main').dataset.bytes === undefined;
      if (isLocked ? token === null : old === null) return;
      const headers = { Accept: 'text/html' };
      if (token !== null) headers.Authorization = 'Bearer ' + token;
      const target = location.pathname + (old === null ? '' : `?seen=${old.size}`);
      const answer = await fetch(target, { headers, cache: 'no-store' });
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const main = page.querySelector('main');
      if (main !== null) document.querySelector('main').replaceWith(document.adoptNode(main));
    }

    function listen() {
      const on = (id, name, act) => get(id) && get(id).addEventListener(name, (event) => {
        event.preventDefault();
        act();
        location.reload();
      });
      on('unlock', 'submit', () => sessionStorage.setItem('ledger.token', get('token').value.trim()));
      on('trust', 'submit', () => localStorage.setItem('ledger.vkey', get('vkey').value.trim()));
      on('forget', 'click', () => {
        localStorage.removeItem('ledger.vkey');
        localStorage.removeItem('ledger.head');
      });
    }

    async function run() {
      let [sign, text] = ['✗', ''];
      try {
        await load();
        const data = document.querySelector('main').dataset;
        if (data.bytes === undefined) return listen();
        if (!data.note) [sign, text] = unsigned();
        else if (!crypto.subtle) [sign, text] = ['?', 'Not checked: the browser does that over https alone'];
        else if (await check(data)) [sign, text] = ['✓', 'This entry is in the log that the key signed'];
        else [sign, text] = ['?', 'The hashes agree; the signature was not checked'];
      } catch (error) {
        text = 'DO NOT BELIEVE THIS ENTRY: ' + (error instanceof Broken ? error.message : String(error));
      }
      const verdict = get('verdict');
      verdict.textContent = `${sign} ${text}`;
      verdict.className = 'verdict ' + { '✓': 'good', '✗': 'bad', '?': 'waiting' }[sign];
      listen();
    }
    run();
    """#
}
