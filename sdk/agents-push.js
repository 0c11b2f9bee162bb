// Web push for pages that use agents.js: agents.subscribe(), to be called by a click (docs/in-app.md).
(() => {
  'use strict';

  // Asks for permission, registers the page's own worker, and tells the silo where to push. Null = not permitted.
  agents.subscribe = async (worker = '/agents-sw.js') => {
    if (await Notification.requestPermission() !== 'granted') return null;
    const { address, writeKey } = agents.options;
    const { publicKey } = await (await fetch(address + '/sdk/push.json')).json();
    const registered = await navigator.serviceWorker.register(worker + '?' + new URLSearchParams({ address, writeKey }));
    await navigator.serviceWorker.ready;
    const subscription = await registered.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: publicKey });
    agents.identify(null, {}, { device: { token: JSON.stringify(subscription) } });
    return subscription;
  };
})();
