import { ExternalLink as ExternalLinkIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import buttonStyles from './button.module.css';
import { classes } from './classes';
import styles from './link-button.module.css';

/** A way out of the console that looks like a button: it opens a tab of its own. */
export function ExternalLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <a
      className={classes(buttonStyles.button, buttonStyles.secondary, styles.link, styles.secondary)}
      href={href}
      target="_blank"
      rel="noreferrer"
    >
      <ExternalLinkIcon size={15} aria-hidden />
      {children}
      <span className="sr-only">(new tab)</span>
    </a>
  );
}
