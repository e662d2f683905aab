/** Prices change: what they are computed with is shown, and stands here alone. */
export const temporalCloud = {
  source: 'https://docs.temporal.io/cloud/pricing',
  readAt: '2026-11-23',
  /** Pay as you go, in US dollars for a million actions, up to so many millions a month. */
  actionTiers: [
    { upToMillion: 5, perMillion: 50 },
    { upToMillion: 10, perMillion: 45 },
    { upToMillion: 20, perMillion: 40 },
    { upToMillion: 50, perMillion: 35 },
    { upToMillion: 100, perMillion: 30 },
    { upToMillion: 200, perMillion: 25 },
  ],
  /** Beyond the last tier prices are by contract; computed with this one, which they are not above. */
  beyondPerMillion: 25,
  activePerGbHour: 0.042,
  retainedPerGbHour: 0.00105,
  /** The Business plan: this at least, or this share of the usage; so much of it is included. */
  plan: { minimum: 500, share: 0.1, actionsMillion: 2.5, activeGb: 2.5, retainedGb: 100 },
} as const;

/** Temporal Cloud counts a month as 744 hours when it turns allowances of gigabytes into gigabyte-hours. */
const hoursPerMonth = 744;

/** @returns US dollars a month, by part; the plan is what is paid for it beyond the usage */
export function temporalCloudCost(use: { actionsPerMonth: number; activeGb: number; retainedGb: number }): {
  actions: number;
  storage: number;
  plan: number;
  isByContract: boolean;
} {
  const { plan } = temporalCloud;
  const millions = Math.max(0, use.actionsPerMonth / 1e6 - plan.actionsMillion);
  let actions = 0;
  let counted = 0;
  for (const { upToMillion, perMillion } of temporalCloud.actionTiers) {
    const inTier = Math.max(0, Math.min(millions, upToMillion) - counted);
    actions += inTier * perMillion;
    counted += inTier;
  }
  actions += Math.max(0, millions - counted) * temporalCloud.beyondPerMillion;
  const storage =
    Math.max(0, use.activeGb - plan.activeGb) * hoursPerMonth * temporalCloud.activePerGbHour +
    Math.max(0, use.retainedGb - plan.retainedGb) * hoursPerMonth * temporalCloud.retainedPerGbHour;
  return {
    actions,
    storage,
    plan: Math.max(plan.minimum, plan.share * (actions + storage)),
    isByContract: millions > (temporalCloud.actionTiers.at(-1)?.upToMillion ?? 0),
  };
}
