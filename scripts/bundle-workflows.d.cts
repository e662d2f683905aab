import type { BundleOptions, WorkflowBundleWithSourceMap } from '@temporalio/worker';

export function bundleWorkflows(
  options: { folder: string; extension: 'js' | 'ts' } & Partial<BundleOptions>,
): Promise<WorkflowBundleWithSourceMap>;
