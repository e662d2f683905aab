import { createLink } from '@tanstack/react-router';
import type { ComponentPropsWithRef } from 'react';
import type { ButtonProps } from './button';
import styles from './button.module.css';
import { classes } from './classes';
import linkStyles from './link-button.module.css';

function Anchor({
  kind = 'secondary',
  size = 'medium',
  icon,
  className,
  children,
  ...rest
}: ComponentPropsWithRef<'a'> & Pick<ButtonProps, 'kind' | 'size' | 'icon'>) {
  return (
    <a
      {...rest}
      className={classes(
        styles.button,
        styles[kind],
        size === 'small' && styles.small,
        linkStyles.link,
        linkStyles[kind],
        className,
      )}
    >
      {icon}
      {children}
    </a>
  );
}

/** A link to another page of the console that looks like a button. */
export const LinkButton = createLink(Anchor);
