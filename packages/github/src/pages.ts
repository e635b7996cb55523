const perPage = 100

interface Page<Item> {
  readonly data: Item[]
  readonly headers: { readonly link?: string | undefined }
}

/** Everything that a paged listing has, each item once; a page that fails fails the whole. */
export async function allPages<Item extends { readonly id: number | bigint }>(
  list: (page: { page: number; per_page: number }) => Promise<Page<Item>>,
): Promise<Item[]> {
  const items = new Map<number | bigint, Item>()
  for (let page = 1; ; page += 1) {
    const { data, headers } = await list({ page, per_page: perPage })
    // A proxy's page of HTML comes with status 200 as well.
    if (!Array.isArray(data)) throw new Error('the answer is no list')
    // What is made between two pages moves an item from one to the next.
    for (const item of data) items.set(item.id, item)
    if (data.length < perPage && headers.link?.includes('rel="next"') !== true)
      return [...items.values()]
  }
}
