import { rowLine, summaryLine } from './in-words';
import type { Form } from './installation/installation';
import type { RowResult } from './run-rows';

const result = (number: number, form: Form, changes: Partial<RowResult> = {}): RowResult => ({
  ...{ number, form, fault: 'a fault', passed: true, counted: {}, failures: [], tookMs: 1_000 },
  ...changes,
});
const skipped = { 'skipped: the fuzzer': 'it needs Python 3, which is not here' };

describe('what the harness says', () => {
  it('counts rows and plans per form', () => {
    const rows = [
      result(1, 'embedded'),
      result(2, 'embedded'),
      result(1, 'cluster'),
      result(2, 'cluster', { passed: false }),
    ];
    expect(summaryLine(['embedded', 'cluster'], rows, [])).toBe('Rows passed: 2 of 2 on embedded, 1 of 2 on cluster');
    expect(summaryLine(['embedded'], [], [{ form: 'embedded', passed: true }])).toBe(
      'plans passed: 1 of 1 on embedded',
    );
  });

  it('does not call a row whole of which something could not run', () => {
    const row = result(32, 'embedded', { counted: skipped });
    expect(rowLine(row)).toMatch(/^part 32 embedded a fault .*\n.*the fuzzer: it needs Python 3/);
    expect(summaryLine(['embedded'], [row], [])).toBe('Rows passed: 1 of 1 on embedded; in part only: 32');
    expect(rowLine({ ...row, passed: false })).toMatch(/^FAIL/);
    expect(rowLine(result(32, 'embedded'))).toMatch(/^pass/);
  });
});
