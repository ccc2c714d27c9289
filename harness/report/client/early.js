/** Before anything is drawn: the colours the reader chose last time, and the sign that scripts run. */
document.documentElement.classList.add('has-script');
try {
  const chosen = localStorage.getItem('faultline-colours');
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.colours = chosen;
} catch {
  // No storage (a sandboxed viewer): the system's choice stands.
}
