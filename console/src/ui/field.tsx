import { CircleAlert } from 'lucide-react';
import { type ComponentPropsWithRef, createContext, type ReactNode, useContext, useId } from 'react';
import { classes } from './classes';
import styles from './field.module.css';

type FieldContext = { id: string; describedBy: string | undefined; invalid: boolean };
const context = createContext<FieldContext | null>(null);

/** What a control of one's own needs to belong to its Field. */
export function useFieldProps(): { id?: string; 'aria-describedby'?: string; 'aria-invalid'?: true } {
  const field = useContext(context);
  if (!field) return {};
  return {
    id: field.id,
    ...(field.describedBy === undefined ? {} : { 'aria-describedby': field.describedBy }),
    ...(field.invalid ? { 'aria-invalid': true } : {}),
  };
}

/** A label, its control, a hint and what is wrong with it. */
export function Field({
  label,
  hint,
  error,
  optional = false,
  children,
}: {
  label: ReactNode;
  hint?: ReactNode;
  error?: string | undefined;
  optional?: boolean;
  children: ReactNode;
}) {
  const id = useId();
  const hintId = hint ? `${id}-hint` : undefined;
  const errorId = error ? `${id}-error` : undefined;
  const describedBy = [errorId, hintId].filter(Boolean).join(' ') || undefined;
  return (
    <div className={styles.field}>
      <label className={styles.label} htmlFor={id}>
        {label}
        {optional && <span className={styles.optional}>optional</span>}
      </label>
      <context.Provider value={{ id, describedBy, invalid: error !== undefined }}>{children}</context.Provider>
      {error && <FieldError id={errorId}>{error}</FieldError>}
      {hint && (
        <p id={hintId} className={styles.hint}>
          {hint}
        </p>
      )}
    </div>
  );
}

/** A group of controls under one name, such as checkboxes. */
export function FieldGroup({
  label,
  hint,
  error,
  children,
}: {
  label: ReactNode;
  hint?: ReactNode;
  error?: string | undefined;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <fieldset className={styles.group} aria-describedby={error ? `${id}-error` : undefined}>
      <legend className={styles.label}>{label}</legend>
      {children}
      {error && <FieldError id={`${id}-error`}>{error}</FieldError>}
      {hint && <p className={styles.hint}>{hint}</p>}
    </fieldset>
  );
}

/** What is wrong with a control that has no Field of its own. */
export function FieldError({ id, children }: { id?: string | undefined; children: string }) {
  return (
    <p id={id} className={styles.error} role="alert">
      <CircleAlert size={14} aria-hidden /> <span>{children}</span>
    </p>
  );
}

export function TextInput({ className, ...rest }: ComponentPropsWithRef<'input'>) {
  return (
    <input type="text" autoComplete="off" {...useFieldProps()} {...rest} className={classes(styles.input, className)} />
  );
}

export function TextArea({ className, ...rest }: ComponentPropsWithRef<'textarea'>) {
  return <textarea rows={4} {...useFieldProps()} {...rest} className={classes(styles.input, styles.area, className)} />;
}

/** The browser's own list of choices: it works everywhere, phones included. */
export function Select({ className, children, ...rest }: ComponentPropsWithRef<'select'>) {
  return (
    <select {...useFieldProps()} {...rest} className={classes(styles.input, styles.select, className)}>
      {children}
    </select>
  );
}

export function Checkbox({ label, className, ...rest }: ComponentPropsWithRef<'input'> & { label: ReactNode }) {
  return (
    <label className={classes(styles.checkbox, className)}>
      <input type="checkbox" {...rest} />
      <span>{label}</span>
    </label>
  );
}

/** Fields beside each other, below each other where it is narrow. */
export function Fields({ children }: { children: ReactNode }) {
  return <div className={styles.row}>{children}</div>;
}
