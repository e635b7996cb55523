/** A repository as it is checked out. */
export interface Tree {
  /** The text of a file; undefined where there is none, or where it is no text. */
  read(path: string): Promise<string | undefined>
  /** Every tracked path from the root, with `/` between its steps. */
  list(): Promise<readonly string[]>
  tags(): Promise<readonly string[]>
}
