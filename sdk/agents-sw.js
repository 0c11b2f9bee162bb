// The worker that shows pushes of Aampe.Agents and reports what became of them. Copy it to the page's own origin, or import it there:
// importScripts('https://silo.example/sdk/agents-sw.js'). Its address names the silo: /agents-sw.js?address=…&writeKey=… (docs/in-app.md).
'use strict';

(() => {
  const settings = new URL(self.location.href).searchParams, silo = (settings.get('address') || '').replace(/\/+$/, ''), writeKey = settings.get('writeKey');

  const report = (data, what) => fetch(silo + '/v1/batch', {
    method: 'POST',
    keepalive: true,
    headers: { 'Content-Type': 'text/plain' },
    body: JSON.stringify({
      writeKey,
      // The same report of the same message counts once, whoever sends it again.
      batch: [{ type: 'track', event: 'Message ' + what, messageId: 'push-' + what + '-' + data.decisionId, [data.known ? 'userId' : 'anonymousId']: data.id, properties: { decisionId: data.decisionId, channel: 'push' } }],
    }),
  }).catch(fault => console.warn('agents: not reported', fault));

  // https, or nothing: what a push opens is never a script.
  const link = text => {
    try {
      const url = new URL(String(text ?? ''));
      return url.protocol === 'https:' ? url.href : null;
    } catch {
      return null;
    }
  };

  self.addEventListener('push', event => {
    let data;
    try {
      data = event.data.json();
    } catch {
      return;
    }

    // That it is not too late is the push service's to see to (TTL): a browser's clock may be wrong.
    if (!data || !data.decisionId) return;
    event.waitUntil(self.registration.showNotification(String(data.title ?? ''), {
      body: String(data.body ?? ''),
      lang: String(data.lang ?? ''),
      dir: data.dir === 'rtl' ? 'rtl' : 'ltr',
      image: link(data.image) || undefined,
      icon: link(data.icon) || undefined,
      // A message that comes twice replaces itself.
      tag: data.tag || data.decisionId,
      data,
    }).then(() => report(data, 'Delivered')));
  });

  self.addEventListener('notificationclick', event => {
    const data = event.notification.data;
    event.notification.close();
    if (!data || !data.decisionId) return;
    const to = link(data.url);
    event.waitUntil(Promise.all([report(data, 'Clicked'), to ? self.clients.openWindow(to) : null]));
  });

  self.addEventListener('notificationclose', event => {
    const data = event.notification.data;
    if (data && data.decisionId) event.waitUntil(report(data, 'Dismissed'));
  });
})();
