/** The classes of response times, as `response_bucket` in the migrations numbers them: each is 41 % above the one before. */
export const responseBuckets: number[] = Array.from({ length: 52 }, (_, index) => index + 1);
