/// What can be checked of an entry, a head and a key, whoever shows them: RFC 6962's hashes, C2SP's
/// signed note.
enum EntryPageProof {
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
    const hashes = (text) => text.split(' ').filter((word) => word !== '').map(bytes);
    const parse = (raw) => JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(raw));
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

    // RFC 9162, 2.1.3.2, step 1: from a place behind the tree a path may lead to its root, too.
    const isPlace = (index, size) => Number.isInteger(index) && index >= 0 && index < size;

    // RFC 9162, 2.1.3.2, with every hash told.
    async function climb(hash, index, size, path, tell) {
      if (!isPlace(index, size)) return null;
      let [at, last] = [index, size - 1];
      for (const next of path) {
        if (last === 0) return null;
        const isLeft = odd(at) || at === last;
        hash = isLeft ? await node(next, hash) : await node(hash, next);
        tell(`with ${hex(next).slice(0, 16)}… on the ${isLeft ? 'left' : 'right'}: ` +
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
      const all = Number.isInteger(Math.log2(old)) ? [oldRoot, ...path] : path;
      let [at, last, a, b] = [old - 1, size - 1, all[0], all[0]];
      while (odd(at)) [at, last] = [half(at), half(last)];
      for (const next of all.slice(1)) {
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
      return { vkey, name, id, raw: raw.slice(1) };
    }

    async function isSigned(text, signature, key) {
      const by = { name: 'Ed25519' };
      let imported;
      try {
        imported = await crypto.subtle.importKey('raw', key, by, false, ['verify']);
      } catch { return null; }
      return crypto.subtle.verify(by, imported, signature, utf8(text));
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
        `checkpoint of ${origin}: ${size} entries`,
        `checkpoint of ${origin}: not signed by the key`);
      const holds = await isSigned(text, signature.slice(4), key.raw);
      if (holds === null) step('?', 'signature: this browser cannot check Ed25519');
      else demand(holds, 'signature: the key made it', 'signature: the key did not make it');
      return { origin, size: Number(size), root: bytes(root), isSigned: holds === true };
    }
    """#
}
