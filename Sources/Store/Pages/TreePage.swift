/// A page of a b-tree while cells are added to it, each behind the one before
/// (https://www.sqlite.org/fileformat2.html#b_tree_pages).
final class TreePage {
  private let memory: UnsafeMutableRawPointer
  private let size: Int
  private let kind: Kind
  private(set) var cells = 0
  /// Cells lie at the end of the page, the last one first.
  private var content: Int
  private var lastSize = 0
  /// What is behind all cells, in a page that is no leaf.
  var rightChild: UInt32 = 0

  enum Kind: UInt8 {
    case indexInterior = 2
    case tableInterior = 5
    case indexLeaf = 10
    case tableLeaf = 13

    var headerSize: Int { self == .indexLeaf || self == .tableLeaf ? 8 : 12 }
  }

  init(_ kind: Kind, size: Int) {
    (self.kind, self.size, content) = (kind, size, size)
    memory = .allocate(byteCount: size, alignment: 16)
  }

  deinit { memory.deallocate() }

  /// Where a cell is to be written that follows all others; nil if it has no room.
  @inline(__always)
  func add(size: Int) -> UnsafeMutableRawPointer? {
    let pointer = kind.headerSize + 2 * cells
    guard content - size >= pointer + 2 else { return nil }
    content -= size
    lastSize = size
    cells += 1
    (memory + pointer).storeBytes(of: UInt16(content).bigEndian, as: UInt16.self)
    return memory + content
  }

  /// Takes the last cell off again.
  func removeLast() -> [UInt8] {
    precondition(lastSize > 0 && cells > 1, "a page that is full has several cells")
    let cell = [UInt8](UnsafeRawBufferPointer(start: memory + content, count: lastSize))
    content += lastSize
    cells -= 1
    lastSize = 0
    return cell
  }

  /// The whole page, complete with its header.
  func complete() -> UnsafeRawBufferPointer {
    memory.storeBytes(of: kind.rawValue, as: UInt8.self)
    (memory + 1).storeBytes(of: 0, as: UInt16.self)
    (memory + 3).storeBytes(of: UInt16(cells).bigEndian, as: UInt16.self)
    (memory + 5).storeBytes(of: UInt16(truncatingIfNeeded: content).bigEndian, as: UInt16.self)
    (memory + 7).storeBytes(of: 0, as: UInt8.self)
    if kind.headerSize > 8 { (memory + 8).storeBytes(of: rightChild.bigEndian, as: UInt32.self) }
    let pointers = kind.headerSize + 2 * cells
    (memory + pointers).initializeMemory(as: UInt8.self, repeating: 0, count: content - pointers)
    return UnsafeRawBufferPointer(start: memory, count: size)
  }

  func removeAll() { (cells, content, lastSize) = (0, size, 0) }
}
