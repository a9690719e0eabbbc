import Bytes
import CZlib

@testable import Archive

/// One gzip member that unpacks to `bytes`.
func gzipped(_ bytes: [UInt8], level: Int32 = 6, modified: UInt32 = 0) -> [UInt8] {
  var stream = z_stream()
  return withUnsafeMutablePointer(to: &stream) { stream in
    deflateInit2_(stream, level, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, 112)
    defer { deflateEnd(stream) }
    var header = gz_header()
    header.time = UInt(modified)
    header.os = 3
    return withUnsafeMutablePointer(to: &header) { header in
      deflateSetHeader(stream, header)
      var input = bytes
      var output = [UInt8](repeating: 0, count: bytes.count + bytes.count / 8 + 200)
      let count = input.withUnsafeMutableBufferPointer { input in
        output.withUnsafeMutableBufferPointer { output in
          stream.pointee.next_in = input.baseAddress
          stream.pointee.avail_in = UInt32(input.count)
          stream.pointee.next_out = output.baseAddress
          stream.pointee.avail_out = UInt32(output.count)
          deflate(stream, Z_FINISH)
          return output.count - Int(stream.pointee.avail_out)
        }
      }
      return Array(output.prefix(count))
    }
  }
}

func gzipped(_ text: String) -> [UInt8] { gzipped(Array(text.utf8)) }

/// All that a stream gives, and the error that it ends with.
func unpack(_ path: String, from offset: Int64 = 0) -> (bytes: [UInt8], error: ArchiveError?) {
  var bytes: [UInt8] = []
  do throws(ArchiveError) {
    let stream = try ByteStream(Source(path: path), from: offset)
    while let block = try stream.nextBlock() { bytes += block.array }
    return (bytes, nil)
  } catch {
    return (bytes, error)
  }
}
