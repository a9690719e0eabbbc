import Bytes
import Glibc
import Testing

@testable import Archive

@Suite("The paths of a command line")
struct InputsTests {
  let folder = TemporaryFolder()

  private func describe(_ inputs: [Input]) -> [String] {
    inputs.map { input in
      switch input {
      case .source(let source): "source " + source.path.replacing(folder.path, with: "")
      case .skipped(let path, let reason):
        "skipped " + path.replacing(folder.path, with: "") + " " + reason.replacing(folder.path, with: "")
      case .failed(let error): "failed " + error.summary.replacing(folder.path, with: "")
      }
    }
  }

  @Test("a folder is walked in the order of its names, as bytes")
  func walksInOrder() {
    for name in ["b.log", "a/2.log", "a/10.log", "Z.log"] { folder.write(name, "x\n") }
    #expect(
      describe(Inputs.list([folder.path])) == [
        "source /Z.log", "source /a/10.log", "source /a/2.log", "source /b.log",
      ])
  }

  @Test("what cannot be read is reported for its path, and the others go on")
  func reportsFailures() {
    let good = folder.write("good.log", "x\n")
    #expect(
      describe(Inputs.list([folder.path + "/none.log", good, "-"])) == [
        "failed /none.log: no such file or folder.", "source /good.log", "source -",
      ])
  }

  @Test("a loop of symbolic links ends, and a link to a file is followed")
  func followsLinks() {
    folder.write("d/mail.log", "x\n")
    symlink("..", folder.path + "/d/up")
    symlink("nowhere", folder.path + "/d/void")
    let other = TemporaryFolder()
    symlink(other.write("real.log", "y\n"), folder.path + "/d/linked.log")
    #expect(
      describe(Inputs.list([folder.path])) == [
        "source /d/linked.log", "source /d/mail.log", "skipped /d/up is a symbolic link to a folder",
        "skipped /d/void is a symbolic link to nothing",
      ])
  }

  @Test("pipes inside a folder are skipped, a named one is a stream")
  func skipsPipes() {
    mkfifo(folder.path + "/pipe", 0o600)
    #expect(describe(Inputs.list([folder.path])) == ["skipped /pipe is a named pipe"])
    guard case .source(let source)? = Inputs.list([folder.path + "/pipe"]).first else {
      Issue.record("the named pipe is no source")
      return
    }
    #expect(source.kind == .stream)
  }

  @Test("the same file under two names is listed once")
  func listsOnce() {
    let path = folder.write("mail.log", "x\n")
    link(path, folder.path + "/z.log")
    #expect(
      describe(Inputs.list([path, folder.path])) == [
        "source /mail.log", "skipped /mail.log is the same file as /mail.log",
        "skipped /z.log is the same file as /mail.log",
      ])
  }

  @Test("a name that is not UTF-8 is reported, not opened under another name")
  func reportsForeignNames() {
    let name = Array(folder.path.utf8CString.dropLast()) + [0x2F, CChar(bitPattern: 0xFF), 0]
    close(open(name, O_CREAT | O_WRONLY, 0o600))
    #expect(describe(Inputs.list([folder.path])) == ["failed /\u{FFFD}: cannot be read (its name is not UTF-8)."])
  }

  @Test("a source knows its size, its time and whether it is packed")
  func describesSources() throws {
    let path = folder.write("mail.log", gzipped("one\n"))
    var times = [timespec(tv_sec: 1000, tv_nsec: 5000), timespec(tv_sec: 2000, tv_nsec: 7000)]
    utimensat(AT_FDCWD, path, &times, 0)
    let source = try Source(path: path)
    #expect(source.isCompressed)
    #expect(source.size == Int64(gzipped("one\n").count))
    #expect(source.modified.microseconds == 2_000_000_007)
    #expect(source.inode != 0)
  }
}
