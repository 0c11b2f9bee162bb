export function setTheme(theme, cookie) {
  document.documentElement.dataset.theme = theme;
  document.cookie = `${cookie}=${theme}; path=/; max-age=31536000; samesite=lax`;
}

export async function copy(text) {
  await navigator.clipboard.writeText(text);
}
