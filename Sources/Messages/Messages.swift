// Messages: heads, trace fields and mailboxes (RFC 5322, RFC 4155). Opens no file, and believes nothing that mail says.
