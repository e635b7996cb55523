const perPage = 100

/** Everything that a paged listing has; a page that fails fails the whole. */
export async function allPages<Item>(
  list: (page: { page: number; per_page: number }) => Promise<{ data: Item[] }>,
): Promise<Item[]> {
  const items: Item[] = []
  for (let page = 1; ; page += 1) {
    const { data } = await list({ page, per_page: perPage })
    // A proxy's page of HTML comes with status 200 as well.
    if (!Array.isArray(data)) throw new Error('the answer is no list')
    items.push(...data)
    if (data.length < perPage) return items
  }
}
