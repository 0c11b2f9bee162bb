export function setTheme(theme, cookie) {
  document.documentElement.dataset.theme = theme;
  document.cookie = `${cookie}=${theme}; path=/; max-age=31536000; samesite=lax`;
}

export async function copy(text) {
  await navigator.clipboard.writeText(text);
}

// What somebody typed and has not saved yet outlives a lost connection and an ended session.
export function keep(name, text) {
  if (text) { localStorage.setItem(name, text); } else { localStorage.removeItem(name); }
}

export function kept(name) {
  return localStorage.getItem(name);
}
