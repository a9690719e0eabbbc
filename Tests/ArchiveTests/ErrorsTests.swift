import Testing

@testable import Archive

@Suite("Errors of the archive")
struct ErrorsTests {
  @Test("damage names the file, the place in it, and a way out")
  func describesDamage() {
    let error = ArchiveError.damaged(
      path: "mail.log.2.gz", unpackedBytes: 1_203_442, fileOffset: 88_120, reason: "crc mismatch")
    #expect(
      error.summary == "mail.log.2.gz: damaged after 1,203,442 bytes (crc mismatch at byte 88,120 of the file).")
    #expect(error.advice == "Fetch the file again and ingest it: lines already known are not counted twice.")
  }

  @Test("a packing that is not read names the command that unpacks it")
  func describesPacking() {
    let error = ArchiveError.unsupported(path: "mail.log.xz", compression: .xz)
    #expect(
      error.description == "mail.log.xz: packed with xz, which is not supported yet. "
        + "Unpack it with xz -dk mail.log.xz and read the result.")
  }

  @Test("a missing path and a forbidden one are told apart")
  func describesOpening() {
    #expect(ArchiveError.opening("a.log", code: 2) == .missing(path: "a.log"))
    #expect(ArchiveError.opening("a.log", code: 13).summary == "a.log: cannot be read (permission denied).")
  }
}
