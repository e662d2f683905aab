import type { World } from '../../world/world';

/**
 * Makes a followup that has been at work since 1970: else every silence of before this test is `retroactive`, and
 * nothing else is looked at. Its channel has no session yet.
 */
export async function makeOldFollowup(world: World, channelId: string, settings: object = {}): Promise<string> {
  const { sql } = world.installation;
  const followupId = await world.makeFollowup(channelId, settings);
  await sql`update followups set activated_at = to_timestamp(0), delay_edited_at = to_timestamp(0) where id = ${followupId}`;
  await sql`update followup_channels set assigned_at = to_timestamp(0) where followup_id = ${followupId}`;
  return followupId;
}
