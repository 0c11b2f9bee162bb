// A shop that says what happens in it. What is said to the user about it is decided elsewhere.
'use strict';

(async () => {
  const status = document.getElementById('basket'), buy = document.getElementById('buy');
  const basket = [];

  // The shop's own backend knows who is signed in, and asks the silo for this user's token with its server key.
  const shop = await (await fetch('shop.json')).json();
  const token = async () => (await (await fetch('token.json')).json()).token;
  await agents.init({ address: shop.silo, writeKey: shop.writeKey, userToken: token, schemes: ['shop'] });
  agents.identify(shop.user, { firstName: shop.firstName });
  document.getElementById('who').textContent = 'Signed in as ' + shop.firstName;

  for (const button of document.querySelectorAll('[data-item]')) {
    button.addEventListener('click', () => {
      basket.push(button.dataset.item);
      status.textContent = basket.length + ' in your basket.';
      buy.disabled = false;
      agents.track('Basket Filled', { item: button.dataset.item, value: Number(button.dataset.price) });
    });
  }

  const notify = document.getElementById('notify');
  notify.addEventListener('click', async () => {
    const subscription = await agents.subscribe();
    notify.textContent = subscription ? 'We will tell you.' : 'Your browser does not permit it.';
  });

  buy.addEventListener('click', () => {
    agents.track('Order Completed', { items: basket.length });
    basket.length = 0;
    status.textContent = 'Thank you.';
    buy.disabled = true;
  });
})();
