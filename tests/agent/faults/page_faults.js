/* What a page can do to those who use it. Each fault ends by itself, and takes no more than is said here. */
globalThis.faults = (() => {
  const BUSY = 20000; // milliseconds
  const BOXES = 40; // message boxes
  const WINDOWS = 40;
  const NODES = 1000000;
  const BYTES = 1 << 30;
  const LOOPS = 60; // of what is done again and again, every 50 ms

  const saysOf = (element) => (element.innerText || element.value || element.getAttribute('aria-label') || '').trim();
  const target = (label) => {
    const all = [...document.querySelectorAll('a, button, input, select, textarea')];
    return all.find((each) => saysOf(each) === label) || all.find((each) => saysOf(each)) || document.body;
  };
  const again = (act, times = LOOPS) => {
    let left = times;
    const timer = setInterval(() => {
      left -= 1;
      if (left <= 0) clearInterval(timer);
      else act(times - left);
    }, 50);
  };
  const filled = () => {
    const piece = document.createElement('div');
    for (let at = 0; at < 1000; at += 1) piece.append(document.createElement('i'));
    return piece;
  };

  const all = {
    remove: (label) => target(label).remove(),
    move: (label) => {
      const element = target(label);
      element.style.position = 'relative';
      again((turn) => { element.style.left = `${(turn % 2) * 300}px`; });
    },
    rename: (label) => { target(label).textContent = 'Something else'; },
    disable: (label) => {
      const element = target(label);
      element.disabled = true;
      element.setAttribute('aria-disabled', 'true');
    },
    cover: () => {
      const cover = document.createElement('div');
      cover.textContent = 'Please wait';
      Object.assign(cover.style, { position: 'fixed', inset: '0', zIndex: '9999', background: 'white' });
      document.body.append(cover);
    },
    rerender: () => { document.body.replaceChildren(...[...document.body.cloneNode(true).childNodes]); },
    rerenderAlways: () => again(all.rerender),
    frame: () => {
      const frame = document.createElement('iframe');
      frame.src = '/help/returns';
      Object.assign(frame.style, { width: '900px', height: '500px' });
      document.body.prepend(frame);
    },
    frameReloads: () => {
      const all = [...document.querySelectorAll('iframe')];
      again(() => all.forEach((each) => each.contentWindow && each.contentWindow.location.reload()), 10);
    },
    frameReplaced: () => {
      for (const frame of document.querySelectorAll('iframe')) {
        const other = frame.cloneNode();
        other.src = `/help?instead-of=${encodeURIComponent(frame.src)}`;
        frame.replaceWith(other);
      }
    },
    leave: () => { location.href = '/departments'; },
    leaveOnPress: () => document.addEventListener('click', (event) => {
      event.preventDefault();
      all.leave();
    }, { capture: true, once: true }),
    reload: () => location.reload(),
    alerts: () => { for (let at = 0; at < BOXES; at += 1) alert('Stay!'); },
    confirms: () => { for (let at = 0; at < BOXES; at += 1) confirm('Really?'); },
    spin: () => { for (const end = performance.now() + BUSY; performance.now() < end;); },
    memory: () => {
      globalThis.kept = [];
      for (let bytes = 0; bytes < BYTES; bytes += 8 << 20) globalThis.kept.push(new Array(1 << 20).fill(bytes + 0.5));
    },
    strings: () => {
      globalThis.kept = [];
      for (let bytes = 0; bytes < BYTES; bytes += 4 << 20) {
        globalThis.kept.push([...'x'.repeat(1 << 19)].map((each) => each + bytes));
      }
    },
    nodes: () => { for (let made = 0; made < NODES; made += 1000) document.body.append(filled()); },
    texts: () => {
      const pieces = document.createElement('div');
      for (let made = 0; made < NODES / 2; made += 1) pieces.append('some words ', document.createComment(''));
      document.body.append(pieces);
    },
    history: () => {
      for (let at = 0; at < 100; at += 1) history.pushState({}, '', `?back=${at}`);
      addEventListener('popstate', () => history.forward());
      again(() => history.back());
    },
    historyFlood: () => again(() => {
      for (let at = 0; at < 1000; at += 1) history.pushState({}, '', `?written=${at}`);
    }),
    windows: () => { for (let at = 0; at < WINDOWS; at += 1) open('/help'); },
    windowsOnPress: () => document.addEventListener('click', all.windows, { capture: true, once: true }),
    write: () => again((turn) => {
      document.open();
      document.write(`<title>Written</title><p>Written ${turn} times</p><a href="/">Home</a>`);
      if (turn % 2) document.close();
    }),
    unload: () => addEventListener('beforeunload', (event) => {
      event.preventDefault();
      event.returnValue = 'Stay!';
    }),
  };
  /** Does it now, or so many milliseconds later. */
  const strike = (name, label = '', delay = -1) => {
    if (delay < 0) all[name](label);
    else setTimeout(() => all[name](label), delay);
  };
  return { strike };
})();
for (const one of (document.currentScript.dataset.strikes || '').split(';').filter(Boolean)) {
  const [name, delay] = one.split(':');
  const begin = () => globalThis.faults.strike(name, '', Number(delay));
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', begin);
  else begin();
}
