/// What a browser keeps between two looks, and how it gets from there to what it is shown now: the
/// keys that were replaced in between, and the entries that were added.
enum EntryPageMemory {
  static let source = #"""
    // What held when this browser looked last: the key, and the head that it signed.
    const memory = {
      read() {
        const text = localStorage.getItem('ledger.head');
        return { vkey: localStorage.getItem('ledger.vkey'), head: JSON.parse(text), text };
      },
      // Not over what another tab kept meanwhile: that may be newer, or another history.
      keep(vkey, { size, root }, seen) {
        if (localStorage.getItem('ledger.head') !== seen.text) {
          return step('?', 'seen: another tab looked meanwhile; look again to compare');
        }
        localStorage.setItem('ledger.vkey', vkey);
        localStorage.setItem('ledger.head', JSON.stringify({ vkey, size, root: base64(root) }));
      },
      forget() {
        localStorage.removeItem('ledger.vkey');
        localStorage.removeItem('ledger.head');
      },
    };

    // From a key to the one that signs now. Anybody can put his signature below a note: which key
    // is next says an entry alone, in a tree whose head the key before signed.
    async function follow(vkey, rotations) {
      let key = await readKey(vkey);
      const heads = [];
      for (const rotation of rotations) {
        const [head, raw] = [await readNote(rotation.note, key), bytes(rotation.bytes)];
        const [leaf, path] = [await sha256([0], raw), hashes(rotation.hashes)];
        const root = await climb(leaf, rotation.index, head.size, path, () => {});
        const { kind, data } = parse(raw);
        demand(root !== null && same(root, head.root) && kind === 'log.key.v1' &&
          data.previous === key.vkey, `key: entry ${rotation.index}, which it covers, replaces it`,
          'key: no entry that it covers replaces it');
        key = await readKey(data.vkey);
        await readNote(rotation.note, key);
        heads.push({ ...head, path: hashes(rotation.consistency) });
      }
      return { key, heads };
    }

    // A key speaks for the log that it signed: what is shown now has to add to each of these heads.
    async function leads(heads, head) {
      for (const { size, root, path } of heads) {
        demand(await grew(size, root, head.size, head.root, path),
          `key: the log adds to the ${size} entries with which it was replaced`,
          `key: the log does not add to the ${size} entries with which it was replaced`);
      }
    }

    // Whichever key is believed: what this browser saw once is in the log still.
    async function hold(seen, head, path) {
      if (seen === null) return;
      const [size, [origin]] = [seen.size, seen.vkey.split('+')];
      if (origin !== head.origin) {
        step('✗', `history: this browser saw the log ${origin} here, which is another one; ` +
          'if that is meant, forget what was seen');
      }
      demand(size <= head.size, `history: there were ${size} entries when this browser looked last`,
        `history: there were ${size} entries when this browser looked last: ${size - head.size} ` +
        'of them are cut off');
      demand(await grew(size, bytes(seen.root), head.size, head.root, path),
        'history: nothing of them was changed', 'history: something of them was changed');
    }
    """#
}
