import { useSyncExternalStore } from 'react';

/** `system`: as the operating system has it. */
export type ThemeChoice = 'system' | 'light' | 'dark';

const storageKey = 'followups-theme';
const prefersDark = window.matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();

function stored(): ThemeChoice {
  try {
    const value = localStorage.getItem(storageKey);
    return value === 'light' || value === 'dark' ? value : 'system';
  } catch {
    return 'system';
  }
}

let choice = stored();

/** The theme that is shown. */
export const theme = (): 'light' | 'dark' => (choice === 'system' ? (prefersDark.matches ? 'dark' : 'light') : choice);

function show(): void {
  document.documentElement.dataset.theme = theme();
  for (const listener of listeners) listener();
}

/** Shows the chosen theme from now on, and follows the operating system's where none is chosen. */
export function followTheme(): void {
  show();
  prefersDark.addEventListener('change', show);
}

export function chooseTheme(next: ThemeChoice): void {
  choice = next;
  try {
    if (next === 'system') localStorage.removeItem(storageKey);
    else localStorage.setItem(storageKey, next);
  } catch {
    // Where nothing can be stored it holds until the page is closed.
  }
  show();
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const useThemeChoice = (): ThemeChoice => useSyncExternalStore(subscribe, () => choice);
export const useTheme = (): 'light' | 'dark' => useSyncExternalStore(subscribe, theme);
