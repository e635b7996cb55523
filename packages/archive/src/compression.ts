import { constants, createZstdCompress, createZstdDecompress } from 'node:zlib'

/** zstd level 3 with its own content checksum, as `zstd --check` writes it. */
export const compressor = () =>
  createZstdCompress({
    chunkSize: 1024 ** 2,
    params: {
      [constants.ZSTD_c_compressionLevel]: 3,
      [constants.ZSTD_c_checksumFlag]: 1,
    },
  })

export const decompressor = () => createZstdDecompress({ chunkSize: 1024 ** 2 })
