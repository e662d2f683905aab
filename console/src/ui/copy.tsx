import { Check, Copy, X } from 'lucide-react';
import { type MouseEvent, type ReactNode, useEffect, useState } from 'react';
import { Button, IconButton } from './button';
import styles from './copy.module.css';

/**
 * Where pages are not served over https the clipboard is closed: then the old way, beside the button, as a dialog keeps
 * the keyboard within itself.
 *
 * @returns whether the text is in the clipboard now
 */
async function copyText(text: string, button: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement('textarea');
    area.className = 'sr-only';
    area.value = text;
    button.after(area);
    area.select();
    const isCopied = document.execCommand('copy');
    area.remove();
    button.focus();
    return isCopied;
  }
}

type Outcome = 'Copied' | 'Not copied';

function useCopy(text: string): [outcome: Outcome | null, copy: (event: MouseEvent<HTMLElement>) => void] {
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  useEffect(() => {
    if (!outcome) return;
    const timer = setTimeout(() => setOutcome(null), 2_000);
    return () => clearTimeout(timer);
  }, [outcome]);
  return [
    outcome,
    ({ currentTarget }) =>
      void copyText(text, currentTarget).then((isCopied) => setOutcome(isCopied ? 'Copied' : 'Not copied')),
  ];
}

const Icon = ({ outcome }: { outcome: Outcome | null }) => {
  const Shown = outcome === null ? Copy : outcome === 'Copied' ? Check : X;
  return <Shown size={14} aria-hidden />;
};

export function CopyButton({ text, label = 'Copy' }: { text: string; label?: string }) {
  const [outcome, copy] = useCopy(text);
  return (
    <Button size="small" onClick={copy} icon={<Icon outcome={outcome} />}>
      <span aria-live="polite">{outcome ?? label}</span>
    </Button>
  );
}

/** An id or another technical value that people copy. `children` are shown in its place, such as a link. */
export function Copyable({ value, label, children }: { value: string; label: string; children?: ReactNode }) {
  const [outcome, copy] = useCopy(value);
  return (
    <span className={styles.copyable}>
      {children ?? <code className={styles.code}>{value}</code>}
      <IconButton label={outcome ?? `Copy ${label}`} className={styles.icon} onClick={copy}>
        <Icon outcome={outcome} />
      </IconButton>
    </span>
  );
}

/** Code, to be read and copied. */
export function CodeBlock({ code, label }: { code: string; label: string }) {
  return (
    <figure className={styles.block}>
      <figcaption className={styles.caption}>
        <span>{label}</span>
        <CopyButton text={code} />
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard */}
      <pre className={styles.pre} tabIndex={0}>
        <code>{code}</code>
      </pre>
    </figure>
  );
}
