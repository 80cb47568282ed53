#!/bin/sh
# Hace una copia de seguridad: base de datos, interruptores y archivo de hoteles. scripts/backup.sh DIRECTORIO [CUÁNTAS]
# Termina con error, y sin copia, si algo falta. Los ajustes son los de la app (AGENTE_DATABASE_URL, AGENTE_REDIS_URL, AGENTE_HOTELS_FILE).
#
# cron, cada noche a las 3:15 (el correo de cron lleva lo que falle):
#   15 3 * * * cd /srv/agente && scripts/backup.sh /srv/copias 14
# systemd: un .service con Type=oneshot y ExecStart=/srv/agente/scripts/backup.sh /srv/copias 14, y un .timer con
#   OnCalendar=*-*-* 03:15 y Persistent=true
# Fly, en una máquina que se enciende para eso y se apaga:
#   fly machine run IMAGEN --schedule daily --volume copias:/copias --command "agente-hotelero backup /copias --keep 14"
set -eu
exec agente-hotelero backup "${1:?uso: scripts/backup.sh DIRECTORIO [CUÁNTAS]}" --keep "${2:-7}"
