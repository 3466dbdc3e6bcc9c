// Applies the theme chosen in the settings before the first paint. Without a choice the system's theme holds.
try {
  const theme = localStorage.getItem('firegate.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage is blocked: the system's theme holds.
}
