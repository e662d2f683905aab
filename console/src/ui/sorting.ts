/** By which column a table is sorted. */
export type Sorting = { column: string; descending: boolean };
