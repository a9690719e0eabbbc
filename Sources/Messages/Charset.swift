import Bytes
import Glibc

/// The character sets that mail names, turned into UTF-8.
enum Charset {
  /// `text` as UTF-8, what is not valid in it replaced by U+FFFD; nil if the set is unknown.
  static func decode(_ text: [UInt8], from name: Bytes) -> [UInt8]? {
    if name.equalsIgnoringCase(Bytes("utf-8")) || name.equalsIgnoringCase(Bytes("utf8"))
      || name.equalsIgnoringCase(Bytes("us-ascii"))
    {
      return Array(String(decoding: text, as: UTF8.self).utf8)
    }
    if name.equalsIgnoringCase(Bytes("iso-8859-1")) { return latin1(text) }
    return convert(text, from: name)
  }

  private static func latin1(_ text: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(text.count * 2)
    for byte in text {
      if byte < 0x80 {
        out.append(byte)
      } else {
        out.append(0xC0 | byte >> 6)
        out.append(0x80 | byte & 0x3F)
      }
    }
    return out
  }

  private static func convert(_ text: [UInt8], from name: Bytes) -> [UInt8]? {
    // The system's converters are files: nothing but the characters of registered names may reach the look-up.
    guard name.count > 0 && name.count <= Limits.charsetNameBytes, name.array.allSatisfy(isNameByte) else { return nil }
    let converter = iconv_open("UTF-8", name.string)
    guard let converter, converter != iconv_t(bitPattern: -1) else { return nil }
    defer { iconv_close(converter) }
    var input = text.map { CChar(bitPattern: $0) }
    var out: [UInt8] = []
    var block = [CChar](repeating: 0, count: 4096)
    input.withUnsafeMutableBufferPointer { input in
      block.withUnsafeMutableBufferPointer { block in
        var next = input.baseAddress
        var left = input.count
        while left > 0 {
          var place = block.baseAddress
          var room = block.count
          let status = iconv(converter, &next, &left, &place, &room)
          let problem = errno
          out.append(contentsOf: block.prefix(block.count - room).lazy.map { UInt8(bitPattern: $0) })
          guard status == -1 && problem != E2BIG else { continue }
          out.append(contentsOf: [0xEF, 0xBF, 0xBD])
          if problem != EILSEQ { break }
          next = next?.successor()
          left -= 1
        }
        // Some converters hold a character back that the next one may combine with.
        var place = block.baseAddress
        var room = block.count
        iconv(converter, nil, nil, &place, &room)
        out.append(contentsOf: block.prefix(block.count - room).lazy.map { UInt8(bitPattern: $0) })
      }
    }
    return out
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    byte.isLetter || byte.isDigit || byte == 0x2D || byte == 0x5F || byte == 0x2E || byte == 0x3A || byte == 0x2B
  }
}
