import type { Form } from './installation/installation';
import type { PlanResult } from './plans/run-plan';
import { isInPart } from './report';
import type { RowResult } from './run-rows';

const seconds = (ms: number) => `${(ms / 1_000).toFixed(0)} s`;

/** A row, what it came to, and what did not hold; `part` where something of it could not run here. */
export function rowLine({ number, form, fault, passed, counted, failures, tookMs }: RowResult): string {
  const seen = Object.entries(counted).map(([name, value]) => `${name}: ${value}`);
  const word = !passed ? 'FAIL' : isInPart(counted) ? 'part' : 'pass';
  return [
    `${word} ${String(number).padStart(2)} ${form.padEnd(8)} ${fault} (${seconds(tookMs)})`,
    ...(seen.length > 0 ? [`        ${seen.join(', ')}`] : []),
    ...failures.map((failure) => `        ✗ ${failure.replaceAll('\n', '\n          ')}`),
  ].join('\n');
}

export function planLine({ seed, form, passed, violated, did, tookMs }: PlanResult): string {
  return [
    `${passed ? 'pass' : 'FAIL'} seed ${seed} ${form.padEnd(8)} ${did} (${seconds(tookMs)})`,
    ...violated.map((what) => `        ✗ ${what.replaceAll('\n', '\n          ')}`),
  ].join('\n');
}

type Ended = { form: Form; passed: boolean };

/** How many rows and plans passed on each form, such as "38 of 38 on embedded, 38 of 38 on cluster". */
export function summaryLine(
  forms: readonly Form[],
  rows: readonly (Ended & Pick<RowResult, 'number' | 'counted'>)[],
  plans: readonly Ended[],
): string {
  const perForm = (results: readonly Ended[]) =>
    forms.map((form) => {
      const of = results.filter((result) => result.form === form);
      return `${of.filter(({ passed }) => passed).length} of ${of.length} on ${form}`;
    });
  const inPart = [...new Set(rows.filter(({ counted }) => isInPart(counted)).map(({ number }) => number))];
  return [
    ...(rows.length > 0 ? [`Rows passed: ${perForm(rows).join(', ')}`] : []),
    ...(inPart.length > 0 ? [`in part only: ${inPart.join(', ')}`] : []),
    ...(plans.length > 0 ? [`plans passed: ${perForm(plans).join(', ')}`] : []),
  ].join('; ');
}
