// Web push for pages that use agents.js: agents.subscribe(), to be called by a click (docs/in-app.md).
(() => {
  'use strict';

  // Asks for permission, registers the page's own worker, and tells the silo where to push. Null = not permitted.
  agents.subscribe = async (worker = '/agents-sw.js') => {
    if (await Notification.requestPermission() !== 'granted') return null;
    const { address, writeKey } = agents.options;
    const { publicKey } = await (await fetch(address + '/sdk/push.json')).json();
    const script = worker + '?' + new URLSearchParams({ address, writeKey });
    // Pages that require trusted types allow the policy by its name.
    const trusted = window.trustedTypes ? trustedTypes.createPolicy('aampe-agents', { createScriptURL: () => script }).createScriptURL('') : script;
    const registered = await navigator.serviceWorker.register(trusted);
    await navigator.serviceWorker.ready;
    const subscription = await registered.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: publicKey });
    agents.identify(null, {}, { device: { token: JSON.stringify(subscription) } });
    return subscription;
  };
})();
