import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import { useEffect, useState } from 'react';

/**
 * Reads on in a list when it is asked to. What happens meanwhile has the list read anew, which gives up the page that is
 * on its way: it is then asked for again, so that no click is lost.
 */
export function useMorePages<Page>(list: UseInfiniteQueryResult<InfiniteData<Page>>) {
  const { hasNextPage, isFetching, isFetchNextPageError, fetchNextPage } = list;
  const pages = list.data?.pages.length ?? 0;
  const [wanted, setWanted] = useState(1);
  const isBehind = hasNextPage && pages > 0 && pages < wanted && !isFetchNextPageError;
  useEffect(() => {
    if (isBehind && !isFetching) void fetchNextPage();
  }, [isBehind, isFetching, fetchNextPage]);
  return {
    isLoadingMore: isBehind,
    loadMore: () => {
      setWanted(pages + 1);
      // After an error the effect waits for the person.
      if (isFetchNextPageError) void fetchNextPage();
    },
  };
}
