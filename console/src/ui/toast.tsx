import { X } from 'lucide-react';
import { Toast as RadixToast } from 'radix-ui';
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react';
import { inWords } from '../api/problems';
import { IconButton } from './button';
import { classes } from './classes';
import styles from './toast.module.css';

type Shown = { key: number; tone: 'good' | 'bad'; title: string; detail: string | undefined };

export type Toasts = {
  /** Says that something was done. */
  done(title: string, detail?: string): void;
  /** Says that something failed, in the API's words. */
  failed(error: unknown): void;
};

const context = createContext<Toasts | null>(null);
let nextKey = 1;

export function useToasts(): Toasts {
  const toasts = useContext(context);
  if (!toasts) throw new Error('There is no ToastProvider around this.');
  return toasts;
}

export function ToastProvider({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState<Shown[]>([]);
  const show = useCallback((toast: Omit<Shown, 'key'>) => {
    setShown((before) => [...before.slice(-2), { ...toast, key: nextKey++ }]);
  }, []);
  const toasts = useMemo<Toasts>(
    () => ({
      done: (title, detail) => show({ tone: 'good', title, detail }),
      failed(error) {
        const { title, detail } = inWords(error);
        show({ tone: 'bad', title, detail });
      },
    }),
    [show],
  );
  return (
    <context.Provider value={toasts}>
      <RadixToast.Provider swipeDirection="right" duration={6_000}>
        {children}
        {shown.map(({ key, tone, title, detail }) => (
          <RadixToast.Root
            key={key}
            className={classes(styles.toast, styles[tone])}
            {...(tone === 'bad' ? { duration: 15_000 } : {})}
            onOpenChange={(open) => {
              if (!open) setShown((before) => before.filter((toast) => toast.key !== key));
            }}
          >
            <div>
              <RadixToast.Title className={styles.title}>{title}</RadixToast.Title>
              {detail && <RadixToast.Description className={styles.detail}>{detail}</RadixToast.Description>}
            </div>
            <RadixToast.Close asChild>
              <IconButton label="Dismiss">
                <X size={16} aria-hidden />
              </IconButton>
            </RadixToast.Close>
          </RadixToast.Root>
        ))}
        <RadixToast.Viewport className={styles.viewport} />
      </RadixToast.Provider>
    </context.Provider>
  );
}
