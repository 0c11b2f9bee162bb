// The shop's backend, as small as it can be: static files, and a token for the user who is signed in.
//   node samples/WebShop/serve.mjs http://127.0.0.1:5080 wk_… sk_… [port]
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';

const [silo, writeKey, serverKey, port = '8080'] = process.argv.slice(2);
if (!silo || !writeKey || !serverKey) {
  console.error('usage: node serve.mjs <address of the silo> <write key> <server key> [port]');
  process.exit(64);
}

// Whoever is signed in; a real shop knows it by its own session.
const user = 'ada', firstName = 'Ada';
const types = { html: 'text/html; charset=utf-8', css: 'text/css', js: 'text/javascript' };
const policy = `default-src 'self'; script-src 'self' ${silo}; connect-src 'self' ${silo}; img-src https: data:; object-src 'none'; base-uri 'none'`;

async function answer(path) {
  if (path === '/shop.json') return ['application/json', JSON.stringify({ silo, writeKey, user, firstName })];
  if (path === '/token.json') {
    const made = await fetch(`${silo}/v1/users/${user}/tokens`, { method: 'POST', headers: { Authorization: `Bearer ${serverKey}` } });
    if (!made.ok) throw new Error(`the silo gave no token: ${made.status} ${await made.text()}`);
    return ['application/json', await made.text()];
  }

  // The silo's scripts from the page's own origin: a service worker has to come from there.
  const script = /^\/(agents|agents-push|agents-sw)\.js$/.test(path);
  if (script) return [types.js, await (await fetch(silo + '/sdk' + path)).text()];
  const file = path === '/' ? 'index.html' : /^\/(shop\.(css|js))$/.exec(path)?.[1];
  return file ? [types[file.split('.').pop()], await readFile(new URL(file, import.meta.url))] : null;
}

createServer(async (request, response) => {
  try {
    const found = await answer(new URL(request.url, 'http://shop').pathname);
    response.writeHead(found ? 200 : 404, { 'Content-Type': found?.[0] ?? 'text/plain', 'Content-Security-Policy': policy, 'Cache-Control': 'no-store' });
    response.end(found?.[1] ?? 'not found');
  } catch (fault) {
    console.error(fault);
    response.writeHead(502, { 'Content-Type': 'text/plain' });
    response.end('the silo does not answer as expected');
  }
}).listen(Number(port), '127.0.0.1', () => console.log(`http://127.0.0.1:${port}`));
