package import Bytes
import Facts

/// The programs that put a first attempt off: postgrey, sqlgrey, milter-greylist.
package enum Greylisting {
  package static func reader(for program: Bytes) -> TextReader? {
    let name = Filters.baseName(program)
    if name == "postgrey" || name == "postfix/postgrey" { return TextReader(Postgrey.read) }
    if name == "sqlgrey" { return TextReader(SQLGrey.read) }
    return name == "milter-greylist" ? TextReader(MilterGreylist.read) : nil
  }
}
