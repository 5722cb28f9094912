// The embedded event store as a program, beside the other embedded servers: see the package's own README.
import 'eventstoredb-compatible-server/source/main'
