/*
 * A client and a server of DTLS 1.2 with a pre-shared key, in C: what a record costs where nothing is between a program and OpenSSL.
 * bench/run.sh compiles it into a library, which the suite "security" calls in its own process.
 */
#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS = 16, DATAGRAM = 2048 };

struct queue {
    unsigned char data[SLOTS][DATAGRAM];
    int length[SLOTS];
    unsigned first, count;
};

struct end {
    SSL *ssl;
    struct queue *in, *out;
};

struct pair {
    SSL_CTX *client_context, *server_context;
    struct queue to_server, to_client;
    struct end client, server;
};

static BIO_METHOD *method;

static int bio_read(BIO *bio, char *buffer, int length)
{
    struct queue *in = ((struct end *)BIO_get_data(bio))->in;
    BIO_clear_retry_flags(bio);
    if (in->count == 0) {
        BIO_set_retry_read(bio);
        return -1;
    }
    unsigned slot = in->first;
    int count = in->length[slot] < length ? in->length[slot] : length;
    memcpy(buffer, in->data[slot], count);
    in->first = (in->first + 1) % SLOTS;
    in->count--;
    return count;
}

static int bio_write(BIO *bio, const char *data, int length)
{
    struct queue *out = ((struct end *)BIO_get_data(bio))->out;
    BIO_clear_retry_flags(bio);
    if (out->count < SLOTS && length <= DATAGRAM) {
        unsigned slot = (out->first + out->count++) % SLOTS;
        memcpy(out->data[slot], data, length);
        out->length[slot] = length;
    }
    return length;
}

static long bio_ctrl(BIO *bio, int command, long number, void *pointer)
{
    (void)bio, (void)number, (void)pointer;
    return command == BIO_CTRL_FLUSH || command == BIO_CTRL_DGRAM_SET_NEXT_TIMEOUT;
}

static unsigned client_key(SSL *ssl, const char *hint, char *identity, unsigned room, unsigned char *key, unsigned key_room)
{
    (void)ssl, (void)hint, (void)room, (void)key_room;
    strcpy(identity, "node");
    memset(key, 1, 16);
    return 16;
}

static unsigned server_key(SSL *ssl, const char *identity, unsigned char *key, unsigned key_room)
{
    (void)ssl, (void)identity, (void)key_room;
    memset(key, 1, 16);
    return 16;
}

static SSL_CTX *new_context(const char *cipher)
{
    SSL_CTX *context = SSL_CTX_new(DTLS_method());
    SSL_CTX_set_security_level(context, 0);
    SSL_CTX_set_min_proto_version(context, DTLS1_2_VERSION);
    SSL_CTX_set_max_proto_version(context, DTLS1_2_VERSION);
    SSL_CTX_set_options(context, SSL_OP_NO_QUERY_MTU | SSL_OP_NO_TICKET | SSL_OP_NO_ENCRYPT_THEN_MAC);
    SSL_CTX_set_cipher_list(context, cipher);
    return context;
}

static void open_end(struct end *end, SSL_CTX *context, struct queue *in, struct queue *out)
{
    end->in = in;
    end->out = out;
    end->ssl = SSL_new(context);
    BIO *bio = BIO_new(method);
    BIO_set_data(bio, end);
    BIO_set_init(bio, 1);
    SSL_set_bio(end->ssl, bio, bio);
    SSL_set_mtu(end->ssl, 1232);
}

/* Opens a session; null if that fails. */
void *pair_open(const char *cipher)
{
    if (method == NULL) {
        method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "pair");
        BIO_meth_set_read(method, bio_read);
        BIO_meth_set_write(method, bio_write);
        BIO_meth_set_ctrl(method, bio_ctrl);
    }
    struct pair *pair = calloc(1, sizeof *pair);
    pair->client_context = new_context(cipher);
    pair->server_context = new_context(cipher);
    SSL_CTX_set_psk_client_callback(pair->client_context, client_key);
    SSL_CTX_set_psk_server_callback(pair->server_context, server_key);
    open_end(&pair->client, pair->client_context, &pair->to_client, &pair->to_server);
    open_end(&pair->server, pair->server_context, &pair->to_server, &pair->to_client);
    SSL_set_connect_state(pair->client.ssl);
    SSL_set_accept_state(pair->server.ssl);
    for (int i = 0; i < 16; i++) {
        int client = SSL_do_handshake(pair->client.ssl);
        int server = SSL_do_handshake(pair->server.ssl);
        if (client == 1 && server == 1)
            return pair;
    }
    return NULL;
}

/* Sends a message of some length from client to server, a number of times. The sum of the lengths that arrive. */
int pair_run(void *state, int length, int count)
{
    struct pair *pair = state;
    unsigned char message[1024] = { 0 }, received[DATAGRAM];
    int sum = 0;
    for (int i = 0; i < count; i++) {
        SSL_write(pair->client.ssl, message, length);
        sum += SSL_read(pair->server.ssl, received, sizeof received);
    }
    return sum;
}
