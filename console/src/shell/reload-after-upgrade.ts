const storageKey = 'followups-reloaded-at';
/** One that still fails after this time is another failure. */
const againAfterMs = 60_000;

/**
 * A page that was left open over an upgrade asks for parts that are not there any more: it is loaded anew, once.
 *
 * @see https://vite.dev/guide/build#load-error-handling
 */
export function reloadAfterUpgrade(): void {
  window.addEventListener('vite:preloadError', (event) => {
    try {
      const lastMs = Number(sessionStorage.getItem(storageKey) ?? 0);
      if (Date.now() - lastMs < againAfterMs) return;
      sessionStorage.setItem(storageKey, String(Date.now()));
    } catch {
      // Without a memory it could go on for ever: then the page says what failed.
      return;
    }
    event.preventDefault();
    window.location.reload();
  });
}
