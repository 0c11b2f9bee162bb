// Aampe.Agents in a browser: events out, cards in. No dependency, no eval, no inline style or script (docs/in-app.md).
(() => {
  'use strict';
  const most = 200, batch = 50, longest = 6e4, json = 'application/json';
  let o = null, user = null, holder = null, token = null, queue = [], sending = false, pause = 1000, timer = 0, cards = [], current = null, halt = null;

  const doc = document, text = value => String(value ?? '');
  const kept = (name, value) => {
    try {
      if (!value) return JSON.parse(localStorage.getItem('aampe.' + name));
      localStorage.setItem('aampe.' + name, JSON.stringify(value));
    } catch { /* storage is full or forbidden: what is kept is lost with the page */ }
    return null;
  };
  const id = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), b => b.toString(16).padStart(2, '0')).join('');
  const wait = (ms, signal) => new Promise(done => { setTimeout(done, ms); if (signal) signal.addEventListener('abort', done); });
  const later = ms => ms * (0.5 + Math.random());
  // No use in asking again.
  const isFinal = ({ status }) => status < 500 && status !== 429;
  const retryAfter = response => 1000 * (Number(response.headers.get('Retry-After')) || 0);
  const warn = (...what) => console.warn('agents:', ...what);
  const anonymous = () => { const known = kept('anonymous') || id(); kept('anonymous', known); return known; };

  // ---- events
  function add(type, more) {
    if (!o) throw Error('agents.init comes first');
    const context = { timezone: Intl.DateTimeFormat().resolvedOptions().timeZone, locale: navigator.language, page: { path: location.pathname, title: doc.title }, ...more.context };
    queue.push({ type, messageId: id(), timestamp: new Date().toISOString(), anonymousId: anonymous(), userId: user?.known ? user.id : undefined, ...more, context });
    if (queue.length > most) { queue.splice(0, queue.length - most); warn('queue full'); }
    clearTimeout(timer);
    timer = setTimeout(flush, 20);
  }
  const body = events => JSON.stringify({ writeKey: o.writeKey, sentAt: new Date().toISOString(), batch: events });

  async function flush() {
    if (sending || !queue.length) return;
    sending = true;
    const events = queue.slice(0, batch), sent = new Set(events);
    let wanted = later(pause);
    try {
      // Plain text spares a preflight; the write key is public by nature.
      const response = await fetch(o.address + '/v1/batch', { method: 'POST', body: body(events), headers: { 'Content-Type': 'text/plain' } });
      if (isFinal(response)) {
        if (!response.ok) warn('refused', response.status);
        queue = queue.filter(one => !sent.has(one));
        pause = 1000;
        wanted = 0;
      } else {
        wanted = Math.max(wanted, retryAfter(response));
      }
    } catch { /* offline: they stay in the queue */ }
    sending = false;
    if (wanted) pause = Math.min(pause * 2, longest);
    clearTimeout(timer);
    if (queue.length) timer = setTimeout(flush, wanted);
  }

  // Sent once more by the next page, unless it was confirmed: message ids count once.
  function leave() {
    if (!queue.length) return;
    kept('queue', queue.slice(-most));
    for (let i = 0; i < queue.length; i += batch) navigator.sendBeacon(o.address + '/v1/batch', body(queue.slice(i, i + batch)));
  }

  // ---- the user token: layout, expiry, then the agent's key with its length
  function read(text) {
    const bytes = Uint8Array.from(atob(text.slice(3).replace(/-/g, '+').replace(/_/g, '/')), c => c.charCodeAt(0));
    const key = new TextDecoder().decode(bytes.slice(11, 11 + bytes[9] * 256 + bytes[10]));
    const agent = key.slice(key.indexOf('/') + 1).replace(/%2F/g, '/').replace(/%25/g, '%');
    return { known: agent[0] === 'u', id: agent.slice(2) };
  }
  async function renew() {
    token = typeof o.userToken === 'function' ? await o.userToken() : o.userToken;
    if (token) user = holder = read(token);
    return token;
  }
  const bearer = () => ({ Authorization: 'Bearer ' + token });

  // ---- cards
  async function listen(signal) {
    for (let waiting = 1000; !signal.aborted; waiting = Math.min(waiting * 2, longest)) {
      let asked = 0;
      try {
        if (!token && !await renew()) return;
        const response = await fetch(o.address + '/v1/users/' + encodeURIComponent(holder.id) + '/cards' + (holder.known ? '' : '?anonymous=true'),
          { headers: { ...bearer(), 'Last-Event-ID': (kept('shown') || []).slice(-1)[0] || '0' }, cache: 'no-store', signal });
        if (response.status === 200) {
          waiting = 1000;
          await follow(response.body.getReader());
        } else if (response.status === 401) {
          token = null;
          if (typeof o.userToken !== 'function') return warn('token expired; let userToken be a function');
        } else if (isFinal(response)) {
          return response.status === 204 || warn('no cards', await response.text());
        } else {
          asked = retryAfter(response);
        }
      } catch (fault) { if (!signal.aborted && !(fault instanceof TypeError)) warn('cards', fault); }
      if (!signal.aborted) await wait(Math.max(later(waiting), asked), signal);
    }
  }
  async function follow(reader) {
    const decoder = new TextDecoder();
    for (let held = '', part; !(part = await reader.read()).done;) {
      const lines = (held + decoder.decode(part.value, { stream: true })).split('\n');
      held = lines.pop();
      // The silo writes a card on one line.
      for (const line of lines) if (line.startsWith('data: ')) {
        const card = JSON.parse(line.slice(6));
        // By its own clock alone: a browser's may be wrong.
        cards.push({ ...card, until: performance.now() + 1000 * card.expiresIn });
        next();
      }
    }
  }
  // Only a page that is looked at holds a stream: browsers allow few connections to one address.
  function watch() {
    if (!doc.hidden && !halt && o.userToken) {
      halt = new AbortController();
      listen(halt.signal);
    } else if (doc.hidden && halt) {
      halt.abort();
      halt = null;
    }
  }

  async function report(card, type) {
    try {
      const response = await fetch(o.address + '/v1/decisions/' + card.decisionId + '/events',
        { method: 'POST', keepalive: true, headers: { ...bearer(), 'Content-Type': json }, body: JSON.stringify([{ type }]) });
      if (response.ok) return;
    } catch { /* offline, or the token has run out: then as an event like any other */ }
    add('track', { event: 'Message ' + type[0].toUpperCase() + type.slice(1), properties: { decisionId: card.decisionId, channel: 'in_app' } });
  }

  function next() {
    while (!current && cards.length) {
      const card = cards.shift(), shown = kept('shown') || [];
      if (shown.includes(card.decisionId) || card.until <= performance.now()) continue;
      kept('shown', [...shown, card.decisionId].slice(-50));
      current = card;
      if (!o.onCard?.(card, type => told(card, type))) show(card);
      report(card, 'delivered');
    }
  }
  function told(card, type) {
    report(card, type);
    if (current === card) { current = null; next(); }
  }

  const make = (name, attributes, ...inside) => {
    const element = doc.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...inside);
    return element;
  };
  // https, and the schemes that the page registered; nothing else is ever a link.
  const link = address => {
    try {
      const url = new URL(text(address));
      return url.protocol === 'https:' || o.schemes.includes(url.protocol.slice(0, -1)) ? url.href : null;
    } catch { return null; }
  };

  function show(card) {
    const content = card.message.content, place = content.placement && doc.querySelector('[data-agents-placement="' + CSS.escape(content.placement) + '"]');
    const button = content.button || {}, to = link(button.url || content.url), image = link(content.image), before = doc.activeElement;
    const close = make('button', { type: 'button', part: 'close', 'aria-label': o.labels.close }, '\u00d7');
    const picture = image?.startsWith('https:') ? make('img', { src: image, alt: text(content.imageAlt), part: 'image' }) : '';
    const action = to && make('a', { href: to, part: 'button' }, text(button.text) || o.labels.open);
    const box = make('div', { role: place ? 'region' : 'dialog', 'aria-labelledby': 't', 'aria-describedby': 'b', tabindex: -1, part: 'card', class: place ? '' : 'over', lang: text(card.message.locale), dir: text(card.message.dir) },
      close, picture, make('h2', { id: 't', part: 'title' }, text(content.title)), make('p', { id: 'b', part: 'body' }, text(content.body)), action || '');
    const host = make('div', { 'data-agents-card': card.decisionId, 'aria-live': 'polite' }), root = host.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [style()];
    const end = type => {
      doc.removeEventListener('keydown', escape);
      if (host.contains(doc.activeElement) && before instanceof HTMLElement) before.focus();
      host.remove();
      told(card, type);
    };
    const escape = event => { if (event.key === 'Escape' && !event.defaultPrevented) end('dismissed'); };
    doc.addEventListener('keydown', escape);
    close.addEventListener('click', () => end('dismissed'));
    action?.addEventListener('click', event => { if (o.onOpen?.(to, card)) event.preventDefault(); end('clicked'); });
    (place || doc.body).append(host);
    // A moment later, so that it is read out as news of a place that is already known.
    setTimeout(() => {
      root.append(box);
      // Whoever is typing is not interrupted.
      if (!place && (!before || before === doc.body)) box.focus({ preventScroll: true });
    }, 50);
  }

  let sheet = null;
  function style() {
    if (!sheet) {
      sheet = new CSSStyleSheet();
      sheet.replaceSync(`div{--a:var(--agents-accent,light-dark(#1d4ed8,#93c5fd));color-scheme:light dark;position:relative;background:var(--agents-surface,light-dark(#fff,#1f2430));color:var(--agents-text,light-dark(#1a1a1a,#f2f2f2));border:1px solid #767676;border-radius:12px;padding:16px;padding-inline-end:48px;font:16px/1.5 system-ui}
.over{box-sizing:border-box;position:fixed;inset:auto 16px 16px auto;z-index:99999;width:min(360px,calc(100vw - 32px));box-shadow:0 8px 30px #0004;animation:in .2s}
@keyframes in{from{opacity:0}}
@media(prefers-reduced-motion){.over{animation:none}}
h2{font-size:1.1em;margin:0 0 4px}p,img{margin:0 0 12px;overflow-wrap:anywhere}img{display:block;max-width:100%;border-radius:8px}
a{display:inline-block;padding:8px 16px;border-radius:8px;background:var(--a);color:var(--agents-on-accent,light-dark(#fff,#10131a));text-decoration:none}
button{position:absolute;top:8px;inset-inline-end:8px;width:32px;height:32px;border:0;background:none;color:inherit;font-size:20px;cursor:pointer}
:focus-visible{outline:3px solid var(--a)}`);
    }
    return sheet;
  }

  window.agents = {
    // address, writeKey, userToken (text, or a function that fetches one); schemes, labels, onCard, onOpen
    async init(options) {
      if (!options?.address || !options.writeKey) throw Error('agents.init needs address and writeKey');
      o = { schemes: [], ...options, address: options.address.replace(/\/+$/, ''), labels: { close: 'Close', open: 'Open', ...options.labels } };
      // A day later message ids are forgotten, and what had arrived would count twice.
      queue = (kept('queue') || []).filter(one => Date.now() - Date.parse(one.timestamp) < 7e7).concat(queue);
      kept('queue', []);
      addEventListener('pagehide', leave);
      addEventListener('online', flush);
      doc.addEventListener('visibilitychange', watch);
      try { await renew(); } catch (fault) { warn('token', fault); }
      flush();
      watch();
    },
    track: (event, properties = {}) => add('track', { event: text(event), properties }),
    // The third is for agents-push.js: what an event says of the device.
    identify(userId, traits = {}, context = {}) {
      if (userId) user = { known: true, id: text(userId) };
      add('identify', { traits, context });
    },
    get options() { return o; },
  };
})();
